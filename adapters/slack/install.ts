import { createHmac } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  AuthorizationError,
  type CallbackOptions,
  ClearStateStore,
  InstallProvider,
  InvalidStateError,
  MissingCodeError,
  MissingStateError,
  type Installation as SlackInstallation,
  type StateStore,
} from '@slack/oauth';
import { WebAPIPlatformError } from '@slack/web-api';
import type { ChannelDeps, Delivery, HttpAnswer, Installation } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { SlackConfig } from './config.ts';
import { installPage } from './install-pages.ts';
import { appScopes } from './manifest.ts';
import { sdkLog, withoutSecrets } from './sdk-log.ts';

/** Where a workspace starts to install the app, and where Slack sends people back to. */
export const installPath = '/slack/install';
export const redirectPath = '/slack/oauth_redirect';

type HttpDelivery = Extract<Delivery, { kind: 'http' }>;

export interface Installer {
  /** `GET /slack/install`: off to Slack. */
  start(http: HttpDelivery): Promise<HttpAnswer>;
  /** `GET /slack/oauth_redirect`: back from Slack, with an installation or a reason. */
  finish(http: HttpDelivery): Promise<HttpAnswer>;
}

/** Something an installer of the app reads: what happened and what to do. */
class InstallProblem extends Error {
  override readonly name = 'InstallProblem';
}

/** What we keep of an installation: enough to speak as the bot, and who installed it; no access of that person's own. */
const keep = (given: SlackInstallation<'v1' | 'v2', boolean>): Installation => {
  const { bot, team, enterprise, isEnterpriseInstall, appId, user } = given;
  const place = isEnterpriseInstall === true ? enterprise : team;
  if (place === undefined || bot === undefined) {
    throw new InstallProblem('Slack gave no access for a bot. Does the app have a bot user? Its manifest says so.');
  }
  if (bot.refreshToken !== undefined) {
    throw new InstallProblem(
      'This Slack app has token rotation switched on, which Frontdesk does not support. Make the app again from its manifest, which leaves it off.',
    );
  }
  return {
    key: place.id,
    name: place.name ?? place.id,
    data: {
      token: bot.token,
      botUserId: bot.userId,
      botId: bot.id,
      scopes: bot.scopes,
      ...(enterprise === undefined ? {} : { enterprise: enterprise.id }),
      installedBy: user.id,
      ...(appId === undefined ? {} : { appId }),
    },
  };
};

/** State of a round trip, signed for this purpose alone; every secret that we know verifies it. */
const stateStore = ({ secrets, now }: Pick<ChannelDeps, 'secrets' | 'now'>): StateStore => {
  const purpose = 'slack-oauth-state';
  const storeOf = (secret: string) => new ClearStateStore(createHmac('sha256', secret).update(purpose).digest('hex'));
  return {
    generateStateParam: (options) => storeOf(secrets[0]).generateStateParam(options, now()),
    async verifyStateParam(_now, state) {
      let refusal: unknown;
      for (const secret of secrets) {
        try {
          return await storeOf(secret).verifyStateParam(now(), state);
        } catch (thrown) {
          refusal ??= thrown;
        }
      }
      throw refusal;
    },
  };
};

/** The request as the provider wants it: node's own, without a connection behind it. */
const exchange = ({ method, url, headers }: HttpDelivery): { req: IncomingMessage; res: ServerResponse } => {
  const req = new IncomingMessage(new Socket());
  req.method = method;
  req.url = url;
  req.headers = { host: 'localhost', cookie: headers.cookie };
  return { req, res: new ServerResponse(req) };
};

/** Headers that the provider set: the way to Slack, and its cookie. */
const headersOf = (res: ServerResponse): Record<string, string> =>
  Object.fromEntries(Object.entries(res.getHeaders()).map(([name, value]) => [name, [value].flat().join(', ')]));

/**
 * Installing by OAuth (https://docs.slack.dev/authentication/installing-with-oauth): a state that is signed, lives for ten
 * minutes and must match the cookie of the browser; a second installation replaces the first. Every outcome is a page that
 * says what to do.
 */
export const createInstaller = (
  config: SlackConfig & { readonly clientId: string; readonly clientSecret: string },
  deps: Pick<ChannelDeps, 'installations' | 'log' | 'now' | 'secrets'>,
): Installer => {
  const { log } = deps;
  const again = { label: 'Start again', url: `${config.publicUrl}${installPath}` };
  const options = { scopes: [...appScopes], redirectUri: `${config.publicUrl}${redirectPath}` };
  const provider = new InstallProvider({
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    authorizationUrl: new URL('/oauth/v2/authorize', config.apiUrl).href,
    directInstall: true,
    stateStore: stateStore(deps),
    installUrlOptions: options,
    logger: sdkLog(log, 'slack-oauth', true),
    clientOptions: {
      slackApiUrl: config.apiUrl,
      timeout: 10_000,
      retryConfig: { retries: 1, minTimeout: 500 },
      rejectRateLimitedCalls: true,
    },
    installationStore: {
      async storeInstallation(given) {
        const installation = keep(given);
        await deps.installations.save(installation);
        log.info({ workspace: installation.key, by: given.user.id }, 'a Slack workspace installed the app');
      },
      fetchInstallation: () => Promise.reject(new Error('installations are read by workspaces.ts')),
    },
  });

  const failure = (error: Error, headers: Record<string, string>, said: string | null): HttpAnswer => {
    const page = (status: number, title: string, text: string) => installPage(status, title, text, again, headers);
    if (error instanceof AuthorizationError) {
      return page(
        200,
        'Nothing was installed',
        'You cancelled. Nothing has changed; you can start again whenever you like.',
      );
    }
    if (error instanceof InvalidStateError || error instanceof MissingStateError) {
      const text = `This link has expired, or was not opened in this browser. Open ${again.url} and start again; it takes less than ten minutes.`;
      return page(400, 'This link has expired', text);
    }
    if (error instanceof InstallProblem) {
      log.warn({ error: error.message }, 'a Slack workspace could not install the app');
      return page(400, 'The app could not be installed', error.message);
    }
    const code = error instanceof WebAPIPlatformError ? error.data.error : said;
    const named = code !== null && /^[a-z_]{1,80}$/.test(code) ? ` Slack says: ${code}.` : '';
    log.warn({ error: withoutSecrets(errorMessage(error)) }, 'a Slack workspace could not install the app');
    const ours = error instanceof WebAPIPlatformError && error.data.error !== 'invalid_code';
    const text = `Slack did not let us finish.${named} Start again; if it happens twice, tell the people who run Frontdesk${ours ? ', who should compare SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and PUBLIC_URL with the settings of the Slack app' : ''}.`;
    const fromSlack = error instanceof MissingCodeError || code !== null;
    return page(fromSlack ? 400 : 502, 'The app could not be installed', text);
  };

  return {
    async start(http) {
      const { req, res } = exchange(http);
      await provider.handleInstallPath(req, res);
      return { status: res.statusCode, body: '', headers: { ...headersOf(res), 'cache-control': 'no-store' } };
    },

    async finish(http) {
      const { req, res } = exchange(http);
      const said = URL.parse(http.url, 'http://localhost')?.searchParams.get('error') ?? null;
      let answer = installPage(502, 'The app could not be installed', 'Something went wrong. Start again.', again);
      const callbacks: CallbackOptions = {
        success: ({ team, enterprise }) => {
          const name = team?.name ?? enterprise?.name ?? 'your workspace';
          const text = `Frontdesk is now in ${name}. Invite it to a channel with /invite @frontdesk, or write to it directly.`;
          answer = installPage(200, 'Frontdesk is installed', text, undefined, headersOf(res));
        },
        failure: (error) => {
          answer = failure(error, headersOf(res), said);
        },
      };
      await provider.handleCallback(req, res, callbacks);
      return answer;
    },
  };
};
