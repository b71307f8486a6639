import { context, diag, DiagLogLevel, propagation, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { Resource } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { BasicTracerProvider, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { chooseExporters, type Environment } from './exporters.js';
import type { Logger } from './logger.js';

/** Where spans that were made outside this process's tracer (in a workflow's sandbox) are handed in for export. */
export interface Tracing {
  readonly spanProcessor: SpanProcessor;
  readonly resource: Resource;
}

export interface Telemetry {
  /** Absent when no span exporter is configured. */
  readonly tracing?: Tracing;
  /** Flushes what is buffered, for at most `SHUTDOWN_LIMIT_MS`; never rejects, a lost span must not fail a clean stop. */
  shutdown(): Promise<void>;
}

export interface TelemetryConfig {
  readonly serviceName: string;
  /** The process's environment. The OpenTelemetry SDK reads its `OTEL_*` variables from there by itself. */
  readonly env: Environment;
  /** Told when spans or metrics cannot be exported. */
  readonly logger?: Logger;
}

const SHUTDOWN_LIMIT_MS = 5_000;

/**
 * Starts OpenTelemetry by the standard `OTEL_*` variables. W3C trace context passes through the process in any case;
 * spans and metrics exist only when an exporter is configured. To be called once, before anything is traced.
 */
export function startTelemetry(config: TelemetryConfig): Telemetry {
  const exporters = chooseExporters(config.env);
  Object.assign(process.env, exporters);
  const traces = exporters.OTEL_TRACES_EXPORTER !== 'none';
  const metrics = exporters.OTEL_METRICS_EXPORTER !== 'none';
  if (!traces) passTraceContext();
  if (!traces && !metrics) return { shutdown: () => Promise.resolve() };

  if (config.logger) reportTo(config.logger);
  const sdk = new NodeSDK({
    serviceName: config.env['OTEL_SERVICE_NAME'] ?? config.serviceName,
    logRecordProcessors: [],
    ...(traces ? {} : { spanProcessors: [] }),
  });
  sdk.start();
  const tracing = traces ? registeredTracing() : undefined;
  return { ...(tracing && { tracing }), shutdown: () => withinLimit(sdk.shutdown()) };
}

function reportTo(logger: Logger): void {
  const warn = (msg: string, ...rest: unknown[]): void =>
    logger.warn({ component: 'opentelemetry', ...(rest.length > 0 && { detail: rest }) }, msg);
  const quiet = (): void => {};
  diag.setLogger(
    { error: warn, warn, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** What the SDK registers when it exports spans: without it a record's `traceparent` would end in this process. */
function passTraceContext(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
}

/** The SDK builds its exporters from the environment and keeps them to itself; its registered provider shows them. */
function registeredTracing(): Tracing | undefined {
  const proxy = trace.getTracerProvider();
  if (!(proxy instanceof ProxyTracerProvider)) return undefined;
  const provider = proxy.getDelegate() as Partial<BasicTracerProvider>;
  const spanProcessor = provider.getActiveSpanProcessor?.();
  if (spanProcessor === undefined) return undefined;
  return { spanProcessor, resource: (provider.resource as Resource | undefined) ?? Resource.empty() };
}

async function withinLimit(flush: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, SHUTDOWN_LIMIT_MS);
  });
  await Promise.race([flush.catch(() => {}), limit]);
  clearTimeout(timer);
}
