import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#core/errors.ts';
import type { ChatStore, WebSession } from './ports.ts';

/** Why a session may not be used, as a value: the REST routes make a problem of it, the socket a close code. */
export type SessionRefusal = 'no-token' | 'unknown' | 'forbidden' | 'expired';

/** Ids that could be ours; the rest is answered without asking the store (`undefined` is a favourite of scripts). */
const plausibleId = /^[\w-]{1,100}$/;
const nonIds = new Set(['undefined', 'null', 'NaN', 'true', 'false']);
/** RFC 6750, 2.1, with a bound on the length. */
const bearer = /^Bearer +([\w\-.~+/]{1,500}=*) *$/i;

/** Checks that `token` opens session `id`. */
export const openSession = async (
  chat: ChatStore,
  id: string,
  token: string | undefined,
): Promise<WebSession | SessionRefusal> => {
  if (!plausibleId.test(id) || nonIds.has(id)) return 'unknown';
  if (token === undefined || token === '') return 'no-token';
  return chat.authenticate(id, token);
};

/** The customer-facing words of a refusal. */
export const sessionRefusals: Readonly<Record<SessionRefusal, AppError['userMessage']>> = {
  'no-token': 'Send the token of this session as "Authorization: Bearer <token>".',
  unknown: 'There is no such session. Create a session with POST /api/sessions first.',
  forbidden: 'This token does not belong to this session.',
  expired: 'This session has expired. Create a new one with POST /api/sessions.',
};

const codes = {
  'no-token': 'unauthorized',
  unknown: 'not-found',
  forbidden: 'forbidden',
  expired: 'unauthorized',
} as const;

/** Challenges as RFC 6750, 3 wants them: no error code when no token came at all. */
const challenges: Partial<Record<SessionRefusal, string>> = {
  'no-token': 'Bearer realm="frontdesk"',
  expired: 'Bearer realm="frontdesk", error="invalid_token", error_description="The session has expired"',
};

/** Opens the session that a request names in its path, or refuses: 401 with a challenge, 403 or 404. */
export const requireSession = async (
  chat: ChatStore,
  request: FastifyRequest,
  id: string,
  reply: FastifyReply,
): Promise<WebSession> => {
  const token = bearer.exec(request.headers.authorization ?? '')?.[1];
  const session = await openSession(chat, id, token);
  if (typeof session !== 'string') return session;
  const challenge = challenges[session];
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  throw new AppError(codes[session], sessionRefusals[session]);
};
