/** What the route files share: how they are written, and shapes that appear in many addresses. */

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '#core/errors.ts';
import { problem } from './wire.ts';

/** A group of routes whose schemas are zod. */
export type Routes = FastifyPluginAsyncZod;

export const idParams = z.object({ id: z.string() });
export const refParams = z.object({ id: z.string(), ref: z.string() });

/** Page size: 1…100, 50 when not said. */
export const pageLimit = z.coerce.number().int().min(1).max(100).default(50);

const greatestId = 2n ** 63n - 1n;
/** The id of a row: a whole number that fits into a Postgres `bigint`. */
export const isRowId = (id: string): boolean => /^\d{1,19}$/.test(id) && BigInt(id) <= greatestId;

/** A case by its reference as addresses have it, `case-7F3K`, in capitals; some references are all digits, as ids are. */
export const caseReference = (id: string): `case-${string}` | undefined => {
  const code = /^case-([0-9A-Za-z]{1,30})$/.exec(id)?.[1];
  return code === undefined ? undefined : `case-${code.toUpperCase()}`;
};

/** A place in a list, as an earlier page gave it. */
export const messageCursor = z.string().refine(isRowId, 'This is not the id of a message.').optional();

/** How every failure looks, for the OpenAPI document. */
export const failures = {
  '4xx': { description: 'What is wrong and what to do', content: { 'application/problem+json': { schema: problem } } },
  '5xx': { description: 'Our own trouble', content: { 'application/problem+json': { schema: problem } } },
};

/** Body limits, in bytes. */
export const bodyLimits = {
  /** A few words: signing in, a vote. */
  small: 16 * 1024,
  /** A message: 20,000 characters, escaped at worst, and the attachments' descriptions. */
  message: 256 * 1024,
  /** What a platform delivers to a webhook. */
  webhook: 1024 * 1024,
} as const;

export const notFound = (detail: string): AppError => new AppError('not-found', detail);
