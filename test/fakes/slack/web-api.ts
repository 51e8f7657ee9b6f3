import { setTimeout as delay } from 'node:timers/promises';
import { callerOf, checkScopes, tokenOf } from './access.ts';
import { type Args, text } from './args.ts';
import type { Fault, Faults } from './faults.ts';
import { methods } from './methods/index.ts';
import type { Announce } from './methods/method.ts';
import { exchangeCode } from './oauth.ts';
import { Refusal } from './refusal.ts';
import type { State } from './state.ts';
import type { RecordedCall, Token } from './types.ts';

/** What goes back over HTTP; `cut` instead of an answer. */
export type Reply =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | 'cut';

export interface WebApi {
  /** One call. `authorization` is the header as it came. */
  call(method: string, args: Args, authorization: string | undefined): Promise<Reply>;
  /** Scripted misfortune of an address that is no method (`upload`, `download`, `response_url`): what to answer instead. */
  interfere(name: string): Promise<Reply | undefined>;
}

/** Methods whose calls count for the per-channel pace. */
const posting = new Set(['chat.postMessage', 'chat.startStream', 'files.completeUploadExternal']);

const channelOf = (args: Args) => text(args, 'channel') ?? text(args, 'channel_id');

const tooMany = (seconds: number): Reply => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  body: { ok: false, error: 'ratelimited' },
});

const failing = (fault: Fault): Reply | undefined => {
  if (fault.error !== undefined) return { status: 200, headers: {}, body: { ok: false, error: fault.error } };
  if (fault.status === 429) return tooMany(fault.retryAfter ?? 1);
  const delays = fault.hangMs !== undefined || fault.drop !== undefined;
  if (fault.status === undefined && delays) return undefined;
  return { status: fault.status ?? 500, headers: {}, body: { ok: false, error: 'internal_error' } };
};

/** The Web API: authentication, scripted faults, pace, then the method itself. Every call is recorded. */
export const createWebApi = (
  state: State,
  faults: Faults,
  deps: { readonly announce: Announce; readonly openSocket: () => string; readonly signal: AbortSignal },
): WebApi => {
  /** Calls that Slack takes without a bot token. */
  const special = (method: string, args: Args, authorization: string | undefined, token: () => Token) => {
    switch (method) {
      case 'api.test':
        return {};
      case 'oauth.v2.access':
        return exchangeCode(state, args, authorization);
      case 'apps.connections.open': {
        if (token().kind !== 'app') throw new Refusal('not_allowed_token_type');
        checkScopes(token(), ['connections:write']);
        return { url: deps.openSocket() };
      }
      default:
        return undefined;
    }
  };

  const run = (method: string, args: Args, authorization: string | undefined): Reply => {
    const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? text(args, 'token');
    const headers: Record<string, string> = {};
    try {
      const answer = special(method, args, authorization, () => tokenOf(state, bearer));
      if (answer !== undefined) return { status: 200, headers, body: { ok: true, ...answer } };
      const found = methods.get(method);
      if (found === undefined) throw new Refusal('unknown_method', { req_method: method });
      const token = tokenOf(state, bearer);
      headers['x-oauth-scopes'] = token.scopes.join(',');
      headers['x-accepted-oauth-scopes'] = found.scopes.join(',');
      if (token.kind !== 'bot') throw new Refusal('not_allowed_token_type');
      checkScopes(token, found.scopes);
      const caller = callerOf(state, token, text(args, 'team_id'));
      const early = posting.has(method) ? faults.tooEarly(channelOf(args)) : undefined;
      if (early !== undefined) return tooMany(early);
      return {
        status: 200,
        headers,
        body: { ok: true, ...found.run({ state, args, caller, announce: deps.announce }) },
      };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return { status: 200, headers, body: { ok: false, error: thrown.error, ...thrown.extra } };
    }
  };

  const wait = async (ms: number): Promise<void> => {
    if (ms > 0) await delay(ms, undefined, { signal: deps.signal });
  };

  const answer = async (method: string, args: Args, authorization: string | undefined): Promise<Reply> => {
    const fault = faults.take(method, channelOf(args));
    await wait(faults.delayMs + (fault?.hangMs ?? 0));
    if (fault?.drop === 'before') return 'cut';
    const instead = fault && failing(fault);
    if (instead !== undefined && fault?.takesEffect !== true) return instead;
    const done = run(method, args, authorization);
    if (fault?.drop === 'after') return 'cut';
    return instead ?? done;
  };

  return {
    interfere: async (name) => {
      const fault = faults.take(name, undefined);
      await wait(fault?.hangMs ?? 0);
      return fault?.drop === undefined ? fault && failing(fault) : 'cut';
    },
    call: async (method, args, authorization) => {
      const { token, ...shown } = args;
      const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? token;
      const team = state.workspaces.tokens.find((one) => one.token === bearer)?.team;
      const call: RecordedCall = { method, args: shown, at: Date.now(), ...(team !== undefined && { team }) };
      state.calls.push(call);
      const reply = await answer(method, args, authorization);
      if (reply !== 'cut') call.answer = reply.body;
      state.changed();
      return reply;
    },
  };
};
