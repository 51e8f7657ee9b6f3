import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#core/errors.ts';
import { isLoopback } from './client-address.ts';
import { type Agent, createAgentCookie } from './console-cookie.ts';
import type { Origins } from './origins.ts';
import type { HttpSettings } from './ports.ts';

/** Who may use the console, and how they prove it. */
export interface ConsoleAuth {
  readonly tokenRequired: boolean;
  /** Refuses requests that must not reach the console at all: from elsewhere, or made by another site. */
  admit(request: FastifyRequest): void;
  agent(request: FastifyRequest): Agent | undefined;
  /** The signed-in agent, or 401. */
  requireAgent(request: FastifyRequest): Agent;
  login(reply: FastifyReply, name: string, token: string | undefined): Agent['name'];
  logout(reply: FastifyReply): void;
}

/** Headers that a proxy leaves. With one of them the request was not made on this machine. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

const localHost = /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Was the request made on this machine, for this machine? The Host check stops DNS rebinding: a foreign page whose name
 * suddenly resolves to 127.0.0.1 still sends its own name.
 */
export const isLocalRequest = (request: FastifyRequest): boolean =>
  isLoopback(request.socket.remoteAddress ?? '') &&
  localHost.test(request.headers.host ?? '') &&
  proxyHeaders.every((header) => request.headers[header] === undefined);

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Compares without telling by the time it takes how much was right. */
const sameSecret = (left: string, right: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
};

/** A name as customers will read it: no control or direction characters. */
export const cleanName = (name: string): string => {
  const clean = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  if (clean === '') throw new AppError('bad-request', 'Enter the name that customers should see.');
  return clean;
};

export const createConsoleAuth = (
  settings: Pick<HttpSettings, 'consoleToken' | 'secrets' | 'publicUrl' | 'profile'>,
  origins: Origins,
  now: () => Date,
): ConsoleAuth => {
  const { consoleToken, profile, publicUrl, secrets } = settings;
  const secure = publicUrl.startsWith('https:');
  const cookie = createAgentCookie({ secrets, consoleToken, secure, now });
  const agent = (request: FastifyRequest): Agent | undefined => cookie.read(request.headers.cookie);

  return {
    tokenRequired: consoleToken !== undefined,
    agent,
    admit(request) {
      if (consoleToken === undefined && (profile !== 'development' || !isLocalRequest(request))) {
        throw new AppError(
          'forbidden',
          'Without a console token the console opens only on the machine it runs on, at http://localhost. Set a console token to use it from elsewhere.',
        );
      }
      const mayChange = request.ws || !safeMethods.has(request.method);
      if (mayChange && !origins.isOwn(request)) {
        throw new AppError('forbidden', 'This request comes from another site. Use the console itself.');
      }
    },
    requireAgent(request) {
      const signedIn = agent(request);
      if (signedIn === undefined) throw new AppError('unauthorized', 'Sign in at /console first.');
      return signedIn;
    },
    login(reply, name, token) {
      if (consoleToken !== undefined && !sameSecret(token ?? '', consoleToken)) {
        throw new AppError('unauthorized', 'This console token is not right.');
      }
      const clean = cleanName(name);
      reply.header('set-cookie', cookie.issue(clean));
      return clean;
    },
    logout: (reply) => void reply.header('set-cookie', cookie.clear()),
  };
};
