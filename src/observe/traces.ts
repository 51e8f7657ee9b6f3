import type { Attributes } from '@opentelemetry/api';
import type { Log } from '#core/channel.ts';

/** A span that is open. Attributes hold ids, names and counts, never what somebody wrote. */
export interface OpenSpan {
  set(attributes: Attributes): void;
}

/** Spans of the work, from accepting a message to delivering its answer, also across processes and restarts. */
export interface Tracing {
  /** Runs `fn` in a span inside the current one. When `fn` rejects, the span says so and the rejection passes through. */
  span<T>(name: string, attributes: Attributes, fn: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** The current span as a W3C `traceparent`, to store beside the work that it leads to; `undefined` outside of any. */
  inject(): string | undefined;
  /** Runs `fn` as part of the trace that a stored `traceparent` names; simply runs it when there is none or it is malformed. */
  continueFrom<T>(traceparent: string | undefined, fn: () => T): T;
  /** Sends what is left, within a few seconds. */
  shutdown(): Promise<void>;
}

export interface TracingOptions {
  /** `OTEL_EXPORTER_OTLP_ENDPOINT`: the collector's base address. Without one nothing is traced and no SDK is loaded. */
  readonly endpoint?: string;
  readonly serviceName: string;
  /** Told once per outage that the collector does not take spans. */
  readonly log?: Pick<Log, 'info' | 'warn'>;
}

/** Tracing over OTLP/HTTP when there is an endpoint; otherwise functions that only call what they are given. */
export const createTracing = async (options: TracingOptions): Promise<Tracing> => {
  const { endpoint } = options;
  if (endpoint === undefined || endpoint === '') return noTracing;
  const { createOpenTelemetry } = await import('./open-telemetry.ts');
  return createOpenTelemetry({ ...options, endpoint });
};

const noSpan: OpenSpan = { set: () => undefined };

const noTracing: Tracing = {
  span: (_name, _attributes, fn) => fn(noSpan),
  inject: () => undefined,
  continueFrom: (_traceparent, fn) => fn(),
  shutdown: async () => undefined,
};
