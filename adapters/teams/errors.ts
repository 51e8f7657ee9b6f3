import type { SendResult } from '#core/message.ts';

/** Something that did not work, as a value; `permanent`: trying again will not help. */
export type Failure = Extract<SendResult, { readonly ok: false }>;

export type CallResult<T> = { readonly ok: true; readonly data: T } | Failure;

/** What the connector said besides its status. */
export interface Refusal {
  readonly status: number;
  /** `error.code` of its body. */
  readonly code?: string;
  /** `error.message` of its body. */
  readonly message?: string;
  /** From its Retry-After header, in milliseconds. */
  readonly retryAfterMs?: number;
}

const tooLarge = { code: 'too_large', fix: 'the message is too large for Teams and must be shorter' };
const install = 'somebody there must add the app again';

/**
 * The error codes that somebody can do something about, from the status codes of the conversational APIs
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/conversations/conversation-messages#status-codes-from-bot-conversational-apis)
 * and of streaming (https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux#error-codes).
 */
const fixes: Readonly<Record<string, { readonly code: string; readonly fix: string }>> = {
  botnotregistered: {
    code: 'not_registered',
    fix: 'the bot is not registered with Teams; check TEAMS_APP_ID and switch on the Teams channel of its registration',
  },
  botdisabledbyadmin: {
    code: 'blocked',
    fix: 'the administrators of this tenant have blocked the app; ask them to allow it',
  },
  botnotinconversationroster: { code: 'not_member', fix: `the app was removed from this conversation; ${install}` },
  forbiddenoperationexception: { code: 'not_member', fix: `the app may not write there; ${install}` },
  conversationblockedbyuser: { code: 'blocked', fix: 'the person, or a moderator of the channel, has blocked the bot' },
  messagewritesblocked: {
    code: 'blocked',
    fix: 'the person has blocked the bot, or the app was removed from the chat',
  },
  notenoughpermissions: { code: 'forbidden', fix: 'the app lacks a permission for this; see its manifest' },
  invalidbotapihost: {
    code: 'wrong_host',
    fix: 'this tenant is served by another connector (government cloud); add it to TEAMS_SERVICE_URLS',
  },
  activitynotfoundinconversation: { code: 'message_not_found', fix: 'the message was deleted' },
  conversationnotfound: { code: 'conversation_gone', fix: 'the conversation was deleted, or is not one of this bot' },
  messagesizetoobig: tooLarge,
  contentstreamnotallowed: { code: 'stream_over', fix: 'the message is not streamed any more' },
  contentstreamcanceled: { code: 'stream_over', fix: 'the person has stopped the message' },
};

/** Statuses that pass. 412: several operations at once on one conversation. */
const passing = new Set([408, 412, 425, 502, 503]);
/** Whatever came in between gave up: the message may have been taken. */
const doubtful = new Set([500, 504]);

const codeOf = ({ status, code = '', message = '' }: Refusal): { readonly code: string; readonly fix: string } => {
  const known = fixes[code.toLowerCase().replaceAll(' ', '')];
  if (/message size too large/i.test(message)) return tooLarge;
  // Streams are refused with 403 and 400, some of them by their message alone.
  if (status < 500 && /content ?stream|stream(ed|ing) (content|activit|message)/i.test(message))
    return known ?? { code: 'stream_over', fix: 'the message is not streamed any more' };
  if (known !== undefined) return known;
  switch (status) {
    case 401:
      return {
        code: 'unauthorized',
        fix: 'the connector does not accept our token; check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID',
      };
    case 403:
      return { code: 'forbidden', fix: `the bot may not write there; it was removed or blocked, ${install}` };
    case 404:
    case 410:
      return { code: 'conversation_gone', fix: 'the conversation or message was deleted' };
    case 413:
      return tooLarge;
    case 400:
      return { code: 'bad_request', fix: 'the connector does not understand the message; please report this' };
    default:
      return { code: `http_${status}`, fix: 'see the status codes of the conversational APIs of Teams' };
  }
};

/** An error code of the platform on one line; its message may quote the text of people, so it stays out. */
const named = (code: string | undefined): string => {
  const word = /^[\w .-]{1,60}$/.exec(code ?? '')?.[0];
  return word === undefined ? '' : ` ${word}`;
};

/**
 * A refusal of the connector as a failure. 429 is `rate_limited`; 412, 502 and 503 pass (`unavailable`); after 500 and 504 the
 * message may have been taken all the same (`unknown`); what is left is permanent, with words that say what to do.
 */
export const refused = (what: string, refusal: Refusal): Failure => {
  const { status, retryAfterMs } = refusal;
  const said = `${status}${named(refusal.code)}`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) {
    const message = `Teams asks us to slow down (${said}): ${what}`;
    return { ok: false, code: 'rate_limited', message, permanent: false, ...wait };
  }
  if (passing.has(status) || doubtful.has(status)) {
    const message = `Teams has trouble of its own (${said}): ${what}; we try again`;
    return { ok: false, code: doubtful.has(status) ? 'unknown' : 'unavailable', message, permanent: false, ...wait };
  }
  const { code, fix } = codeOf(refusal);
  return { ok: false, code, message: `Teams refused ${what} (${said}): ${fix}`, permanent: true };
};

/** Our own limit: nothing was asked of Teams. */
export const rateLimited = (what: string, retryAfterMs: number): Failure => ({
  ok: false,
  code: 'rate_limited',
  message: `${what} waits ${Math.ceil(retryAfterMs / 1_000)} s, since Teams takes so many messages in one thread only`,
  permanent: false,
  retryAfterMs,
});

/** Teams was never reached, so it is certain that nothing was done. */
export const unreachable = (what: string, why: string): Failure => ({
  ok: false,
  code: 'unreachable',
  message: `Teams could not be reached for ${what} (${why}); check the network and TEAMS_SERVICE_URLS`,
  permanent: false,
});

/** Teams may have done it: the connection broke, or its answer made no sense. */
export const unknownOutcome = (what: string, why: string): Failure => ({
  ok: false,
  code: 'unknown',
  message: `no clear answer from Teams to ${what} (${why})`,
  permanent: false,
});

/** We gave up before anything was asked. */
export const aborted = (what: string): Failure => ({
  ok: false,
  code: 'aborted',
  message: `${what} was interrupted before Teams was asked`,
  permanent: false,
});

/** An address outside the allow-list: our token does not go there. */
export const foreignHost = (what: string): Failure => ({
  ok: false,
  code: 'foreign_host',
  message: `${what} was not asked for: its service URL is not on the allow-list (TEAMS_SERVICE_URLS)`,
  permanent: true,
});

/** The stream cannot be written to any more: it is over, was stopped by the person, or is not allowed there. */
export const isStreamOver = ({ code }: Failure): boolean => code === 'stream_over';

/** The message that we wanted to change is gone, or cannot be changed any more. */
export const isUneditable = ({ code }: Failure): boolean => uneditable.has(code);
const uneditable = new Set(['message_not_found', 'conversation_gone', 'stream_over', 'http_405']);
