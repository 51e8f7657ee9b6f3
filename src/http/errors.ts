/** Every failure leaves the server as a problem document (RFC 9457) that says what to do, and never how we work inside. */

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Log } from '#core/channel.ts';
import { AppError, type ErrorCode } from '#core/errors.ts';
import type { problem } from './wire.ts';

type Problem = z.infer<typeof problem>;

const statusByCode: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'unsupported-type': 415,
  'rate-limited': 429,
  overloaded: 503,
  unavailable: 503,
  misconfigured: 500,
  internal: 500,
};

/** Seconds after which a client may try again when a failure is ours and passing. */
const retryAfterSeconds = 5;

interface Failure {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: Problem['errors'];
}

/** What Fastify and its plugins refuse before a route is asked. */
const frameworkFailures: Readonly<Record<string, Failure>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'bad-request', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'too-large', detail: 'The request body is too large.' },
  FST_REQ_FILE_TOO_LARGE: { status: 413, code: 'too-large', detail: 'The file is too large.' },
  FST_FILES_LIMIT: { status: 413, code: 'too-large', detail: 'Too many files at once; send at most 10.' },
  FST_PARTS_LIMIT: { status: 413, code: 'too-large', detail: 'Too many parts in the form; send at most 10 files.' },
  FST_FIELDS_LIMIT: { status: 413, code: 'too-large', detail: 'Too many fields in the form; send only files.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported-type',
    detail: 'Send the body as application/json (files as multipart/form-data to the attachments address).',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'bad-request', detail: 'The address contains an invalid escape sequence.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 404, code: 'not-found', detail: 'There is nothing at this address.' },
};

const internal: Failure = {
  status: 500,
  code: 'internal',
  detail: 'Something went wrong on our side. Try again, and quote the request id if it stays.',
};

const places: Readonly<Record<string, string>> = { querystring: 'query', params: 'address', headers: 'headers' };

const validationFailure = (error: FastifyError): Failure => {
  const errors = (error.validation ?? []).map(({ instancePath, message }) => ({
    path: instancePath.slice(1).replaceAll('/', '.'),
    message: message ?? 'Not valid.',
  }));
  const place = places[error.validationContext ?? ''] ?? 'body';
  const first = errors[0];
  const detail =
    first === undefined
      ? `The request's ${place} is not valid.`
      : `The request's ${place} is not valid: ${first.path === '' ? '' : `${first.path}: `}${first.message}`;
  return { status: 400, code: 'bad-request', detail, errors };
};

const failureOf = (error: unknown): Failure => {
  if (error instanceof AppError) {
    return { status: statusByCode[error.code], code: error.code, detail: error.userMessage };
  }
  if (hasZodFastifySchemaValidationErrors(error)) return validationFailure(error as unknown as FastifyError);
  if (!(error instanceof Error)) return internal;
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = frameworkFailures[code ?? ''];
  if (known !== undefined) return known;
  // Other refusals of the framework keep their status, but not their words: those may quote what only we should read.
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return internal;
  const detail =
    error instanceof SyntaxError ? 'The body is not valid JSON.' : 'The request could not be understood as it is.';
  return { status: statusCode, code: 'bad-request', detail };
};

const problemOf = (failure: Failure, requestId: string): Problem => ({
  // RFC 9457, 4.2.1: with "about:blank" the title is the status phrase; `code` tells programs more.
  type: 'about:blank',
  title: STATUS_CODES[failure.status] ?? 'Error',
  status: failure.status,
  detail: failure.detail,
  requestId,
  code: failure.code,
  ...(failure.errors === undefined ? {} : { errors: failure.errors }),
});

/**
 * Answers `error` as `application/problem+json`. Headers set before stay (`Retry-After`, `WWW-Authenticate`).
 * What is our own fault goes to the log with the same request id.
 */
export const sendProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply => {
  const failure = failureOf(error);
  if (failure.status >= 500) {
    log.error({ requestId: request.id, route: request.routeOptions.url, err: error }, 'request failed');
  }
  if (failure.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', retryAfterSeconds);
  // The rest of a refused body is not worth reading.
  if (failure.status === 413) reply.header('connection', 'close');
  return (
    reply
      .code(failure.status)
      .header('cache-control', 'no-store')
      // An address that cannot be decoded is refused before any hook has set it.
      .header('x-request-id', request.id)
      .header('content-type', 'application/problem+json')
      // As bytes: Fastify would add a charset to text, which this media type does not have.
      .send(Buffer.from(JSON.stringify(problemOf(failure, request.id))))
  );
};

/** Makes every error and unknown address of `app` a problem document. */
export const installErrors = (app: FastifyInstance, log: Log): void => {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const detail = `There is nothing at ${request.method} ${path.slice(0, 200)}. The API is described at /docs.`;
    sendProblem(new AppError('not-found', detail), request, reply, log);
  });
};

/** Answers bytes that are not HTTP at all; there is no request yet, so the answer is written by hand. */
export const refuseBrokenRequest = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const title = STATUS_CODES[status] ?? 'Bad Request';
  const detail = 'The request could not be read as HTTP.';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, requestId: '', code: 'bad-request' });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};
