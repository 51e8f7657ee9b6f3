import { z } from 'zod';
import type { Downloaded } from '#core/channel.ts';
import { AppError, errorMessage } from '#core/errors.ts';
import type { Attachment } from '#core/message.ts';
import { cleanFileName, cleanMediaType } from '../shared/clean.ts';
import { readWithin } from '../shared/read-within.ts';
import type { CallResult, SlackApi, Workspace, Workspaces } from './api.ts';

export interface DownloadDeps {
  readonly api: SlackApi;
  readonly workspaces: Pick<Workspaces, 'find' | 'all'>;
  /** Base address of the Web API: its host may serve files too. */
  readonly apiUrl: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Largest file that is read. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

/**
 * A file on Slack. `attachment.ref` is `slack:<team>:<file id>`, in a Grid organisation `slack:<team>:<enterprise>:<file id>`.
 * Throws `AppError`: `bad-request` for a ref that is none, `not-found`, `too-large`, `forbidden` (a missing scope, an address
 * outside Slack), `unavailable`.
 */
export type Download = (attachment: Attachment, signal: AbortSignal) => Promise<Downloaded>;

const defaultMaxBytes = 25 * 1_048_576;
const mostRedirects = 3;

const reference = /^slack:(?:([TE][A-Z0-9]+):)?(?:(E[A-Z0-9]+):)?(F[A-Z0-9]+)$/;

const fileInfo = z.object({
  file: z.object({
    mode: z.string().optional().catch(undefined),
    name: z.string().optional().catch(undefined),
    title: z.string().optional().catch(undefined),
    mimetype: z.string().optional().catch(undefined),
    size: z.number().optional().catch(undefined),
    url_private_download: z.string().optional().catch(undefined),
    url_private: z.string().optional().catch(undefined),
  }),
});

/** Where Slack keeps files, also GovSlack. */
const slackHosts = ['slack.com', 'slack-files.com', 'slack-gov.com'];
const isSlackHost = (host: string): boolean => slackHosts.some((slack) => host === slack || host.endsWith(`.${slack}`));

/** Whether the token may go to an address: Slack's own hosts by https, and the host of the Web API as that is reached. */
const mayGoTo = (url: URL, api: URL): boolean => {
  if (url.username !== '' || url.password !== '') return false;
  if (url.host === api.host && url.protocol === api.protocol) return true;
  return url.protocol === 'https:' && url.port === '' && isSlackHost(url.hostname);
};

const tooLarge = (name: string, maxBytes: number): AppError =>
  new AppError('too-large', `The file ${name} is larger than ${Math.floor(maxBytes / 1_048_576)} MB and was not read.`);

const noScope = (name: string): AppError =>
  new AppError(
    'forbidden',
    `Slack did not hand out the file ${name}. Give the app the permission files:read and install it again.`,
  );

const elsewhere = (name: string): AppError =>
  new AppError('forbidden', `The file ${name} is not kept on Slack itself and was not read.`);

/** Reads files that people sent, with the token of the workspace, from Slack's own hosts only. */
export const createDownload = ({
  api,
  workspaces,
  apiUrl,
  fetch = globalThis.fetch,
  maxBytes = defaultMaxBytes,
  timeoutMs = 60_000,
}: DownloadDeps): Download => {
  const base = new URL(apiUrl);

  const candidates = async (
    team: string | undefined,
    enterprise: string | undefined,
  ): Promise<readonly Workspace[]> => {
    if (team === undefined) return workspaces.all();
    const found = await workspaces.find(team, enterprise);
    if (!found.ok) throw new AppError('forbidden', found.message);
    return [found.workspace];
  };

  /** Redirects are followed by hand: the token must not follow them to anywhere. */
  const open = async (start: URL, token: string, name: string, signal: AbortSignal) => {
    let url = start;
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      if (!mayGoTo(url, base)) throw hop === 0 ? elsewhere(name) : noScope(name);
      const response = await fetch(url.href, {
        headers: { authorization: `Bearer ${token}` },
        redirect: 'manual',
        signal,
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null)
        return { response, redirected: hop > 0 };
      await response.body?.cancel();
      const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
      if (next === undefined) break;
      url = next;
    }
    throw noScope(name);
  };

  const read = async (attachment: Attachment, { token }: Workspace, info: unknown, signal: AbortSignal) => {
    const { name } = attachment;
    const parsed = fileInfo.safeParse(info);
    if (!parsed.success) throw new AppError('unavailable', `Slack's answer about the file ${name} makes no sense.`);
    const { file } = parsed.data;
    if (file.mode === 'tombstone' || file.mode === 'hidden_by_limit')
      throw new AppError('not-found', `The file ${name} is not there any more.`);
    if ((file.size ?? 0) > maxBytes) throw tooLarge(name, maxBytes);
    const address = file.url_private_download ?? file.url_private;
    if (address === undefined || !URL.canParse(address)) throw elsewhere(name);
    const { response, redirected } = await open(new URL(address), token, name, signal);
    if (!response.ok) {
      await response.body?.cancel();
      if (response.status === 401 || response.status === 403) throw noScope(name);
      const gone = response.status === 404 || response.status === 410;
      throw new AppError(gone ? 'not-found' : 'unavailable', `Slack answered ${response.status} for the file ${name}.`);
    }
    // Without the scope Slack shows its login page where the file should be.
    const isPage = response.headers.get('content-type')?.toLowerCase().startsWith('text/html') ?? false;
    if (isPage && (redirected || file.mimetype !== 'text/html')) {
      await response.body?.cancel();
      throw noScope(name);
    }
    const bytes = await readWithin(response, maxBytes);
    if (bytes === undefined) throw tooLarge(name, maxBytes);
    // Of files from other workspaces events bring the id alone: it stands for the name until here.
    const isNameless = attachment.ref.endsWith(name);
    return {
      bytes,
      ...(isNameless
        ? { name: cleanFileName(file.name || file.title, name), mime: cleanMediaType(file.mimetype) }
        : {}),
    };
  };

  const failed = (name: string, result: CallResult<unknown> | undefined): AppError => {
    if (result === undefined || result.ok)
      return new AppError('forbidden', `No workspace is known that the file ${name} could be read from.`);
    if (result.code === 'missing_scope') return noScope(name);
    if (!result.permanent) return new AppError('unavailable', result.message);
    const gone = result.code === 'file_not_found' || result.code === 'file_deleted';
    return gone
      ? new AppError('not-found', `The file ${name} was deleted, or is not shared with the app.`)
      : new AppError('forbidden', result.message);
  };

  return async (attachment, signal) => {
    const [, team, enterprise, id] = reference.exec(attachment.ref) ?? [];
    if (id === undefined) throw new AppError('bad-request', `${attachment.ref} is not a file of Slack.`);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    let result: CallResult<unknown> | undefined;
    for (const workspace of await candidates(team, enterprise)) {
      result = await api.call(workspace, 'files.info', { file: id }, limited);
      if (!result.ok) continue;
      try {
        return await read(attachment, workspace, result.data, limited);
      } catch (thrown) {
        if (thrown instanceof AppError) throw thrown;
        const message = `The file ${attachment.name} could not be read from Slack: ${errorMessage(thrown)}.`;
        throw new AppError('unavailable', message, { cause: thrown });
      }
    }
    throw failed(attachment.name, result);
  };
};
