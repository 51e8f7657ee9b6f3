import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, HttpAnswer } from '#core/channel.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import { slackConfig } from './config.ts';
import { createInstaller, type Installer } from './install.ts';
import { appScopes } from './manifest.ts';

const publicUrl = 'https://frontdesk.example.com';

const get = (url: string, cookie?: string): Extract<Delivery, { kind: 'http' }> => ({
  kind: 'http',
  method: 'GET',
  url,
  headers: { host: 'frontdesk.example.com', ...(cookie === undefined ? {} : { cookie }) },
  body: new Uint8Array(),
});

describe('installing by OAuth', () => {
  let slack: FakeSlack;
  let now: Date;
  let deps: FakeChannelDeps;
  let installer: Installer;

  const installerWith = (secrets: FakeChannelDeps['secrets'], clientSecret = slack.clientSecret): Installer => {
    const { clientId } = slack;
    const config = slackConfig.parse({
      signingSecret: slack.signingSecret,
      clientId,
      clientSecret,
      apiUrl: slack.apiUrl,
      publicUrl,
    });
    return createInstaller({ ...config, clientId, clientSecret }, { ...deps, secrets });
  };

  beforeEach(async () => {
    slack = await startFakeSlack({
      workspaces: (defaults) => ({
        ...defaults,
        teams: [
          ...defaults.teams,
          { id: 'T0GRID', name: 'Initech Berlin', domain: 'initech', enterprise: { id: 'E0GRID', name: 'Initech' } },
        ],
      }),
    });
    now = new Date();
    deps = fakeChannelDeps(() => now);
    installer = installerWith(['the secret of today']);
  });
  afterEach(() => slack[Symbol.asyncDispose]());

  /** What the browser has after the first step. */
  const begin = async (by = installer) => {
    const answer = await by.start(get('/slack/install'));
    const location = new URL(answer.headers?.location ?? '');
    const cookie = answer.headers?.['set-cookie'] ?? '';
    return {
      answer,
      location,
      cookie,
      sent: cookie.split(';')[0] ?? '',
      state: location.searchParams.get('state') ?? '',
    };
  };
  /** Slack's consent page, and where it sends the browser. */
  const consent = async (location: URL, more: Readonly<Record<string, string>> = {}): Promise<string> => {
    for (const [name, value] of Object.entries(more)) location.searchParams.set(name, value);
    const response = await fetch(location, { redirect: 'manual' });
    const back = new URL(response.headers.get('location') ?? '');
    expect(`${back.origin}${back.pathname}`).toBe(`${publicUrl}/slack/oauth_redirect`);
    return `${back.pathname}${back.search}`;
  };
  const withCode = (state: string, code: string) =>
    `/slack/oauth_redirect?code=${code}&state=${encodeURIComponent(state)}`;
  const expectPage = (answer: HttpAnswer, status: number, words: RegExp) => {
    expect(answer.status).toBe(status);
    expect(answer.headers?.['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toMatch(words);
    expect(answer.body).not.toMatch(/<script|https?:\/\/(?!frontdesk\.example\.com|127\.0\.0\.1)/);
  };

  it('sends the browser to Slack with our scopes and a signed state', async () => {
    const { answer, location, cookie, state } = await begin();
    expect(answer.status).toBe(302);
    expect(`${location.origin}${location.pathname}`).toBe(slack.authorizeUrl);
    expect(location.searchParams.get('client_id')).toBe(slack.clientId);
    expect(location.searchParams.get('scope')?.split(',')).toEqual(appScopes);
    expect(location.searchParams.get('redirect_uri')).toBe(`${publicUrl}/slack/oauth_redirect`);
    expect(cookie).toContain(state);
    expect(cookie).toMatch(/Secure; HttpOnly/);
  });

  it('keeps what Slack grants, and nothing of the person who agreed', async () => {
    const { location, sent } = await begin();
    const answer = await installer.finish(get(await consent(location, { team: 'T0ACME' }), sent));
    expectPage(answer, 200, /Frontdesk is now in Acme/);
    expect(answer.headers?.['set-cookie']).toContain('deleted');
    const token = slack.workspaces.tokens.find(({ team }) => team === 'T0ACME');
    expect([...deps.savedInstallations.values()]).toEqual([
      {
        key: 'T0ACME',
        name: 'Acme',
        data: {
          token: token?.token,
          botUserId: token?.user,
          botId: token?.bot,
          scopes: token?.scopes,
          installedBy: 'U0ADMIN',
          appId: slack.appId,
        },
      },
    ]);
    expect(JSON.stringify(deps.log.lines)).not.toContain(token?.token);
  });

  it('replaces the first installation by the second', async () => {
    for (let round = 0; round < 2; round += 1) {
      const { location, sent } = await begin();
      expect((await installer.finish(get(await consent(location, { team: 'T0ACME' }), sent))).status).toBe(200);
    }
    const tokens = slack.workspaces.tokens.filter(({ team }) => team === 'T0ACME');
    expect(tokens).toHaveLength(2);
    expect([...deps.savedInstallations.values()].map(({ data }) => data.token)).toEqual([tokens[1]?.token]);
  });

  it('keeps an organisation-wide installation under the organisation', async () => {
    const { sent, state } = await begin();
    const code = slack.grantCode({ enterprise: 'E0GRID', user: 'U0ADMIN' });
    expectPage(await installer.finish(get(withCode(state, code), sent)), 200, /Frontdesk is now in Initech/);
    expect(deps.savedInstallations.get('E0GRID')).toMatchObject({
      name: 'Initech',
      data: { enterprise: 'E0GRID', token: expect.stringMatching(/^xoxb-/) },
    });
  });

  it('keeps a workspace of an organisation under the workspace', async () => {
    const { location, sent } = await begin();
    await installer.finish(get(await consent(location, { team: 'T0GRID' }), sent));
    expect(deps.savedInstallations.get('T0GRID')).toMatchObject({ data: { enterprise: 'E0GRID' } });
  });

  it('says that nothing happened when somebody cancels', async () => {
    const { location, sent } = await begin();
    const answer = await installer.finish(get(await consent(location, { deny: '1' }), sent));
    expectPage(answer, 200, /Nothing was installed/);
    expect(deps.savedInstallations.size).toBe(0);
  });

  it.each([
    ['no state', () => '', undefined],
    ['a forged state', () => 'eyJhbGciOiJub25lIn0.e30.', undefined],
    ['the state of another browser', (state: string) => state, 'slack-app-oauth-state=something'],
    ['a state without its cookie', (state: string) => state, ''],
  ])('refuses %s', async (_name, stateOf, cookie) => {
    const { sent, state } = await begin();
    const url = withCode(stateOf(state), slack.grantCode({ team: 'T0ACME' }));
    expectPage(
      await installer.finish(get(url, cookie ?? sent)),
      400,
      /link has expired.*https:\/\/frontdesk\.example\.com\/slack\/install/,
    );
    expect(deps.savedInstallations.size).toBe(0);
    expect(slack.callsOf('oauth.v2.access')).toEqual([]);
  });

  it('refuses a state that somebody else has signed, in cookie and address alike', async () => {
    const { state, sent } = await begin(installerWith(['somebody else']));
    const answer = await installer.finish(get(withCode(state, slack.grantCode({ team: 'T0ACME' })), sent));
    expectPage(answer, 400, /link has expired/);
  });

  it('takes a state signed with the secret of yesterday', async () => {
    const { location, sent } = await begin(installerWith(['the secret of yesterday']));
    const rotated = installerWith(['the secret of today', 'the secret of yesterday']);
    expect((await rotated.finish(get(await consent(location, { team: 'T0ACME' }), sent))).status).toBe(200);
  });

  it('refuses a state that is older than ten minutes', async () => {
    const { location, sent } = await begin();
    now = new Date(now.getTime() + 11 * 60_000);
    expectPage(await installer.finish(get(await consent(location, { team: 'T0ACME' }), sent)), 400, /link has expired/);
  });

  it('says what Slack says, and what to do', async () => {
    const { sent, state } = await begin();
    const used = await installer.finish(get(withCode(state, 'used-before'), sent));
    expectPage(used, 400, /Slack says: invalid_code\. Start again/);
    const wrong = installerWith(['the secret of today'], 'a wrong secret');
    const next = await begin(wrong);
    const answer = await wrong.finish(get(withCode(next.state, slack.grantCode({ team: 'T0ACME' })), next.sent));
    expectPage(answer, 400, /bad_client_secret.*SLACK_CLIENT_SECRET/);
    expectPage(
      await installer.finish(get('/slack/oauth_redirect?error=invalid_team_for_non_distributed_app', sent)),
      400,
      /invalid_team_for_non_distributed_app/,
    );
    expectPage(await installer.finish(get('/slack/oauth_redirect', sent)), 400, /could not be installed/);
    const odd = await installer.finish(get('/slack/oauth_redirect?error=%3Cscript%3E', sent));
    expect(odd.body).not.toContain('script');
    expect(JSON.stringify(deps.log.lines)).not.toContain('a wrong secret');
  });

  it('stores nothing half: a database that is away is a page, too', async () => {
    const failing: Installer = createInstaller(
      {
        ...slackConfig.parse({
          signingSecret: 'x',
          clientId: slack.clientId,
          clientSecret: slack.clientSecret,
          apiUrl: slack.apiUrl,
        }),
        clientId: slack.clientId,
        clientSecret: slack.clientSecret,
        publicUrl,
      },
      {
        ...deps,
        installations: { ...deps.installations, save: () => Promise.reject(new Error('the database is away')) },
      },
    );
    const { location, sent } = await begin(failing);
    expectPage(
      await failing.finish(get(await consent(location, { team: 'T0ACME' }), sent)),
      502,
      /could not be installed/,
    );
  });
});
