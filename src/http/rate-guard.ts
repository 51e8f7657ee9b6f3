import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#core/errors.ts';
import { addressKey } from './client-address.ts';
import type { HttpSettings } from './ports.ts';
import type { Take } from './rate-limit.ts';

/** Attempts to sign in to the console, per minute and address: enough for typing errors, useless for guessing. */
const loginsPerMinute = 10;

/** The limits of this server. Each check lets the request pass or refuses it with 429 and `Retry-After`. */
export interface RateGuard {
  /** Every API request of one address. */
  address(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** What one web-chat session sends. Ask after the token was checked, so that nobody spends another's allowance. */
  session(sessionId: string, reply: FastifyReply): Promise<void>;
  newSession(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  login(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

export const createRateGuard = (take: Take, limits: HttpSettings['rateLimits']): RateGuard => {
  const pass = async (key: string, perMinute: number, reply: FastifyReply): Promise<void> => {
    const waitMs = await take(key, perMinute);
    if (waitMs <= 0) return;
    const seconds = Math.ceil(waitMs / 1_000);
    reply.header('retry-after', seconds);
    throw new AppError('rate-limited', `Too many requests. Try again in ${seconds} s.`);
  };
  return {
    address: (request, reply) => pass(`address:${addressKey(request.ip)}`, limits.perAddress, reply),
    session: (sessionId, reply) => pass(`session:${sessionId}`, limits.perSession, reply),
    newSession: (request, reply) => pass(`new:${addressKey(request.ip)}`, limits.newSessionsPerAddress, reply),
    login: (request, reply) => pass(`login:${addressKey(request.ip)}`, loginsPerMinute, reply),
  };
};
