import type { FakeTeams } from './index.ts';
import { isThing, type Thing } from './types.ts';

/** An answer of the connector. */
export interface Answered {
  readonly status: number;
  /** `error.code`, if it is a refusal. */
  readonly code: string | undefined;
  readonly body: Thing;
  readonly headers: Headers;
}

/** Asks for a token as a bot does. */
export const askForToken = async (teams: FakeTeams, form: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(teams.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: teams.appId,
      client_secret: teams.appPassword,
      scope: 'https://api.botframework.com/.default',
      ...form,
    }),
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, string>> };
};

/** Calls the connector with nothing but fetch. */
export const bareClient = async (teams: FakeTeams) => {
  const { access_token: token = '' } = (await askForToken(teams)).body;
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    options: { readonly bearer?: string; readonly region?: string } = {},
  ): Promise<Answered> => {
    const response = await fetch(`${teams.serviceUrl}${options.region ?? ''}v3/${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${options.bearer ?? token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    const answer: Thing = isThing(parsed) ? parsed : { list: parsed };
    const code = isThing(answer.error) ? String(answer.error.code) : undefined;
    return { status: response.status, code, body: answer, headers: response.headers };
  };
  const conversation = (id: string) => `conversations/${encodeURIComponent(id)}`;
  return {
    call,
    send: (id: string, activity: Thing, options = {}) =>
      call('POST', `${conversation(id)}/activities`, { type: 'message', ...activity }, options),
    update: (id: string, activityId: string, activity: Thing) =>
      call('PUT', `${conversation(id)}/activities/${activityId}`, { type: 'message', ...activity }),
    remove: (id: string, activityId: string) => call('DELETE', `${conversation(id)}/activities/${activityId}`),
    root: (channel: string, activity: Thing) =>
      call('POST', 'conversations', { isGroup: true, channelData: { channel: { id: channel } }, activity }),
    get: (path: string, options = {}) => call('GET', path, undefined, options),
  };
};
