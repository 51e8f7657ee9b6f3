import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Log } from '#core/channel.ts';
import { withCorrelation } from './correlation.ts';
import type { Tracing, TracingOptions } from './traces.ts';

/** Longest wait for the collector, at the end of the process too. */
const exportTimeoutMs = 3_000;

/**
 * Tracing with the OpenTelemetry SDK, loaded only when it is used. Nothing is registered globally: the tracer and the current
 * span belong to this value.
 */
export const createOpenTelemetry = (options: TracingOptions & { readonly endpoint: string }): Tracing => {
  const { endpoint, serviceName, log } = options;
  const exporter = new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: exportTimeoutMs });
  const provider = new NodeTracerProvider({
    resource: resource({ 'service.name': serviceName, 'process.pid': process.pid }),
    spanProcessors: [new BatchSpanProcessor(log === undefined ? exporter : reporting(exporter, log))],
  });
  const tracer = provider.getTracer('frontdesk');
  const current = new AsyncLocalStorage<Context>();

  return {
    span: (name, attributes, fn) => {
      const parent = current.getStore() ?? ROOT_CONTEXT;
      const span = tracer.startSpan(name, { attributes }, parent);
      const { traceId } = span.spanContext();
      return current.run(trace.setSpan(parent, span), () =>
        withCorrelation({ traceId }, async () => {
          try {
            return await fn({ set: (more) => void span.setAttributes(more) });
          } catch (error) {
            // The kind of failure only: a message may quote what a customer wrote.
            const type = error instanceof Error ? error.name : typeof error;
            span.setStatus({ code: SpanStatusCode.ERROR, message: type }).setAttribute('error.type', type);
            throw error;
          } finally {
            span.end();
          }
        }),
      );
    },
    inject: () => {
      const context = current.getStore();
      const span = context === undefined ? undefined : trace.getSpanContext(context);
      return span === undefined ? undefined : formatTraceparent(span);
    },
    continueFrom: (traceparent, fn) => {
      const remote = traceparent === undefined ? undefined : parseTraceparent(traceparent);
      return remote === undefined ? fn() : current.run(trace.setSpanContext(ROOT_CONTEXT, remote), fn);
    },
    shutdown: async () => {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, exportTimeoutMs);
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
};

/**
 * `/v1/traces` below the base address
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp).
 */
const tracesUrl = (endpoint: string): string => {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url.href;
};

/** `00-<trace>-<span>-<flags>` (https://www.w3.org/TR/trace-context/#traceparent-header). */
const formatTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** Later versions may add fields at the end; version ff and ids of zeros alone are invalid. */
const traceparentPattern =
  /^(?!ff)(?<version>[0-9a-f]{2})-(?!0{32})(?<traceId>[0-9a-f]{32})-(?!0{16})(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/;

const parseTraceparent = (text: string): SpanContext | undefined => {
  const fields = traceparentPattern.exec(text)?.groups;
  if (fields === undefined || (fields.version === '00' && fields.more !== undefined)) return undefined;
  const { traceId = '', spanId = '', flags = '' } = fields;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
};

type Resource = NonNullable<NonNullable<ConstructorParameters<typeof NodeTracerProvider>[0]>['resource']>;

/** What the spans say about who made them. */
const resource = (attributes: Attributes): Resource => ({
  attributes,
  getRawAttributes: () => Object.entries(attributes),
  merge: (other) => (other === null ? resource(attributes) : resource({ ...attributes, ...other.attributes })),
});

/** The SDK keeps failed exports to itself; this tells the log when the collector goes and when it is back. */
const reporting = (exporter: SpanExporter, log: Pick<Log, 'info' | 'warn'>): SpanExporter => {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !failing) {
          log.warn({ reason: result.error?.message }, 'the trace collector takes no spans; they are dropped');
        } else if (!failed && failing) log.info({}, 'the trace collector takes spans again');
        failing = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
};
