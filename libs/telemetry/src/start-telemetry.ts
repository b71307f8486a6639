import {
  context,
  diag,
  DiagLogLevel,
  metrics,
  propagation,
  ProxyTracerProvider,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { Resource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { BasicTracerProvider, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { invariant } from '@vecino/foundation';
import { chooseExporters, chooseSampler, isDisabled, losesFailures, type Environment } from './exporters.js';
import type { Logger } from './logger.js';
import { beginRecording, endRecording } from './metrics/instruments.js';
import { DEFAULT_MAX_TENANTS } from './metrics/label-values.js';
import { metricViews } from './metrics/metric-views.js';
import { observeProcess } from './metrics/process-usage.js';
import { PrometheusReader } from './metrics/prometheus-reader.js';
import { redactSpans } from './redact-spans.js';

/** Where spans that were made outside this process's tracer (in a workflow's sandbox) are handed in for export. */
export interface Tracing {
  readonly spanProcessor: SpanProcessor;
  readonly resource: Resource;
}

export interface Telemetry {
  /** Absent when no span exporter is configured. */
  readonly tracing?: Tracing;
  /** Everything measured until now as Prometheus reads it. Absent where metrics are not to be scraped. */
  readonly scrape?: () => Promise<string>;
  /** Flushes what is buffered, for at most `SHUTDOWN_LIMIT_MS`; never rejects, a lost span must not fail a clean stop. */
  shutdown(): Promise<void>;
}

export interface TelemetryConfig {
  readonly serviceName: string;
  /** The process's environment. The OpenTelemetry SDK reads its `OTEL_*` variables from there by itself. */
  readonly env: Environment;
  /** Told when spans or metrics cannot be exported. */
  readonly logger?: Logger;
  readonly metrics?: MetricsConfig;
}

export interface MetricsConfig {
  /** Whether metrics are scraped, whatever else becomes of them. */
  readonly scraped: boolean;
  /** How many tenants have a name in labels; all others are `other`. */
  readonly maxTenants: number;
}

const SHUTDOWN_LIMIT_MS = 5_000;

/**
 * Starts OpenTelemetry by the standard `OTEL_*` variables. W3C trace context passes through the process in any case;
 * spans exist only when an exporter is configured, metrics when one is or they are scraped. To be called once, before
 * anything is traced or measured.
 */
export function startTelemetry(config: TelemetryConfig): Telemetry {
  const exporters = chooseExporters(config.env);
  Object.assign(process.env, exporters);
  const traces = exporters.OTEL_TRACES_EXPORTER !== 'none';
  const scraped = config.metrics?.scraped === true && !isDisabled(config.env);
  const measured = scraped || exporters.OTEL_METRICS_EXPORTER !== 'none';
  if (!traces) passTraceContext();
  if (!traces && !measured) return { shutdown: () => Promise.resolve() };

  if (config.logger) reportTo(config.logger);
  if (traces) chooseSpans(config);
  const sdk = new NodeSDK({
    serviceName: config.env['OTEL_SERVICE_NAME'] ?? config.serviceName,
    logRecordProcessors: [],
    ...(traces ? {} : { spanProcessors: [] }),
    ...(measured && { views: metricViews() }),
  });
  sdk.start();
  const scrape = scraped ? scraperOf(registeredMeters()) : undefined;
  if (measured) measure(config.metrics?.maxTenants ?? DEFAULT_MAX_TENANTS);
  const tracing = traces ? registeredTracing() : undefined;
  return {
    ...(tracing && { tracing }),
    ...(scrape && { scrape }),
    shutdown: () => {
      endRecording();
      return withinLimit(sdk.shutdown());
    },
  };
}

/** The SDK reads the choice from its environment. */
function chooseSpans({ env, logger }: TelemetryConfig): void {
  const sampler = chooseSampler(env);
  process.env['OTEL_TRACES_SAMPLER'] = sampler;
  if (losesFailures(sampler))
    logger?.warn(
      { sampler },
      'OTEL_TRACES_SAMPLER chooses traces by their beginning: failed deployments may be missing',
    );
}

/** The SDK takes its exporters from the environment or a reader of ours, not both: ours joins them, before there is any instrument. */
function scraperOf(meters: MeterProvider): () => Promise<string> {
  const reader = new PrometheusReader();
  meters.addMetricReader(reader);
  return () => reader.scrape();
}

function registeredMeters(): MeterProvider {
  const provider = metrics.getMeterProvider();
  invariant(provider instanceof MeterProvider, 'the OpenTelemetry SDK has registered its meter provider');
  return provider;
}

function measure(maxTenants: number): void {
  beginRecording({ maxTenants });
  observeProcess();
  new RuntimeNodeInstrumentation().setMeterProvider(metrics.getMeterProvider());
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

/**
 * The SDK builds its exporters from the environment and keeps them to itself; its registered provider shows them, and has its spans
 * redacted from here on: ours, and those that the interceptors of Temporal's SDK open, which record what an activity throws.
 */
function registeredTracing(): Tracing | undefined {
  const proxy = trace.getTracerProvider();
  if (!(proxy instanceof ProxyTracerProvider)) return undefined;
  const provider = proxy.getDelegate() as Partial<BasicTracerProvider>;
  const exporting = provider.getActiveSpanProcessor?.();
  if (exporting === undefined) return undefined;
  const spanProcessor = redactSpans(exporting);
  provider.activeSpanProcessor = spanProcessor;
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
