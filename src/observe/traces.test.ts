import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { recordingLog } from '#test/recording-log.ts';
import { freePort } from '#test/servers/free-port.ts';
import { currentCorrelation } from './correlation.ts';
import { createTracing } from './traces.ts';

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) });
/** The part of an OTLP/JSON export that is looked at. */
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: z.array(attribute),
              status: z.object({ code: z.number(), message: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** Takes spans over HTTP like an OpenTelemetry collector. */
const startCollector = async (port = 0) => {
  const requests: { readonly url: string; readonly body: z.infer<typeof exported> }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      requests.push({ url: request.url ?? '', body: exported.parse(JSON.parse(text)) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    resources: () => requests.flatMap(({ body }) => body.resourceSpans.map(({ resource }) => resource)),
    spans: () =>
      requests.flatMap(({ body }) =>
        body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

describe('tracing to a collector', () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector[Symbol.asyncDispose]());

  const named = (name: string) => {
    const span = collector.spans().find((each) => each.name === name);
    if (span === undefined) throw new Error(`no span ${name}`);
    return span;
  };

  it('is one trace from accept through turn to deliver, across processes that only share a stored traceparent', async () => {
    const open = (serviceName: string) => createTracing({ endpoint: collector.url, serviceName });
    const web = await open('web');
    const stored = await web.span('accept', { 'frontdesk.channel': 'email' }, async () => web.inject());
    await web.shutdown();

    const worker = await open('worker');
    const next = await worker.continueFrom(stored, () =>
      worker.span('turn', {}, async (span) => {
        await worker.span('retrieve', {}, turnOfTheLoop);
        span.set({ 'frontdesk.outcome': 'answer' });
        return worker.inject();
      }),
    );
    await worker.continueFrom(next, () => worker.span('deliver', {}, turnOfTheLoop));
    await worker.span('unrelated', {}, turnOfTheLoop);
    await worker.shutdown();

    const [accept, turn, retrieve, deliver] = ['accept', 'turn', 'retrieve', 'deliver'].map(named);
    expect(stored).toBe(`00-${accept?.traceId}-${accept?.spanId}-01`);
    expect(new Set([accept, turn, retrieve, deliver].map((span) => span?.traceId)).size).toBe(1);
    expect([turn, retrieve, deliver].map((span) => span?.parentSpanId)).toEqual(
      [accept, turn, turn].map((span) => span?.spanId),
    );
    expect(named('unrelated').traceId).not.toBe(accept?.traceId);
    expect(turn?.attributes).toEqual([{ key: 'frontdesk.outcome', value: { stringValue: 'answer' } }]);
    const services = collector
      .resources()
      .flatMap(({ attributes }) => attributes.filter(({ key }) => key === 'service.name'));
    expect(services.map(({ value }) => value.stringValue)).toEqual(['web', 'worker']);
  });

  it.each([
    ['', '/v1/traces'],
    ['/', '/v1/traces'],
    ['/otlp', '/otlp/v1/traces'],
    ['/otlp/', '/otlp/v1/traces'],
  ])('appends the path of traces to the base address: %j', async (base, path) => {
    const tracing = await createTracing({ endpoint: `${collector.url}${base}`, serviceName: 'test' });
    await tracing.span('work', {}, turnOfTheLoop);
    await tracing.shutdown();
    expect(collector.requests.map(({ url }) => url)).toEqual([path]);
  });

  it('passes results and failures through; a failed span names its kind and quotes nothing', async () => {
    const tracing = await createTracing({ endpoint: collector.url, serviceName: 'test' });
    expect(await tracing.span('fine', {}, async () => 42)).toBe(42);
    const failing = tracing.span('broken', {}, async () => {
      throw new RangeError('Ana wrote: my card number is …');
    });
    await expect(failing).rejects.toThrow(RangeError);
    await tracing.shutdown();
    expect(named('fine').status.code).toBe(0);
    expect(named('broken').status).toEqual({ code: 2, message: 'RangeError' });
    expect(JSON.stringify(collector.requests)).not.toContain('Ana');
  });

  it('keeps spans that run side by side apart, and puts the trace id into the log', async () => {
    const tracing = await createTracing({ endpoint: collector.url, serviceName: 'test' });
    const seen = await Promise.all(
      ['a', 'b'].map((name) =>
        tracing.span(name, {}, async () => {
          await turnOfTheLoop();
          await tracing.span(`${name}-child`, {}, turnOfTheLoop);
          return currentCorrelation().traceId;
        }),
      ),
    );
    expect(tracing.inject()).toBeUndefined();
    await tracing.shutdown();
    expect(seen).toEqual([named('a').traceId, named('b').traceId]);
    expect(named('a').traceId).not.toBe(named('b').traceId);
    for (const name of ['a', 'b']) expect(named(`${name}-child`).parentSpanId).toBe(named(name).spanId);
  });

  it.each([
    undefined,
    '',
    'garbage',
    `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
    `ff-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'A'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01-more`,
  ])('starts anew from the traceparent %j', async (traceparent) => {
    const tracing = await createTracing({ endpoint: collector.url, serviceName: 'test' });
    await tracing.continueFrom(traceparent, () => tracing.span('work', {}, turnOfTheLoop));
    await tracing.shutdown();
    expect(named('work').parentSpanId).toBeUndefined();
  });

  it('respects that the trace it continues is not sampled', async () => {
    const tracing = await createTracing({ endpoint: collector.url, serviceName: 'test' });
    const next = await tracing.continueFrom(`00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`, () =>
      tracing.span('work', {}, async () => tracing.inject()),
    );
    await tracing.shutdown();
    expect(next).toMatch(new RegExp(`^00-${'1'.repeat(32)}-[0-9a-f]{16}-00$`));
    expect(collector.requests).toEqual([]);
  });
});

describe('tracing without its collector', () => {
  it('says so once and ends in time', async () => {
    const log = recordingLog();
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const tracing = await createTracing({ endpoint, serviceName: 'test', log });
    await tracing.span('work', {}, turnOfTheLoop);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const ended = tracing.shutdown();
      await vi.advanceTimersByTimeAsync(5_000);
      await ended;
      await vi.waitFor(() => expect(log.lines).toHaveLength(1), { timeout: 30_000 });
    } finally {
      vi.useRealTimers();
    }
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
  });
});

describe('no tracing', () => {
  it('only calls what it is given', async () => {
    const tracing = await createTracing({ serviceName: 'test' });
    expect(await tracing.span('work', { id: 1 }, async (span) => span.set({ more: 1 }))).toBeUndefined();
    expect(tracing.inject()).toBeUndefined();
    expect(tracing.continueFrom('garbage', () => 42)).toBe(42);
    await expect(tracing.shutdown()).resolves.toBeUndefined();
  });

  it('does not load the SDK', () => {
    const program = `
      import { registerHooks } from 'node:module';
      registerHooks({ resolve: (specifier, context, next) => {
        if (specifier.startsWith('@opentelemetry/')) throw new Error('loaded ' + specifier);
        return next(specifier, context);
      } });
      const { createTracing } = await import('#src/observe/traces.ts');
      const tracing = await createTracing({ serviceName: 'test' });
      console.log(await tracing.span('work', {}, async () => 'done'));
      await createTracing({ serviceName: 'test', endpoint: 'http://127.0.0.1:1' }).catch((error) => console.log(error.message));
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(child.stdout).toBe('done\nloaded @opentelemetry/api\n');
  });
});
