export type Environment = Readonly<Record<string, string | undefined>>;

/** Values of the standard variables that choose what is exported, with what the operator left unset filled in. */
export interface ExporterChoice {
  readonly OTEL_TRACES_EXPORTER: string;
  readonly OTEL_METRICS_EXPORTER: string;
  readonly OTEL_LOGS_EXPORTER: string;
}

/** Whether the operator wants neither spans nor metrics, whatever else is configured. */
export const isDisabled = (env: Environment): boolean =>
  env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true';

/**
 * The specification's default is to export to localhost whether or not anything listens there. Ours: a signal is
 * exported when an exporter or an OTLP endpoint is configured for it, and costs nothing otherwise. Logs go to standard
 * output, so they are exported only on request.
 */
export function chooseExporters(env: Environment): ExporterChoice {
  const disabled = isDisabled(env);
  const choose = (signal: 'TRACES' | 'METRICS'): string => {
    if (disabled) return 'none';
    const configured = env[`OTEL_${signal}_EXPORTER`]?.trim();
    if (configured) return configured;
    const endpoint = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    return endpoint ? 'otlp' : 'none';
  };
  return {
    OTEL_TRACES_EXPORTER: choose('TRACES'),
    OTEL_METRICS_EXPORTER: choose('METRICS'),
    OTEL_LOGS_EXPORTER: 'none',
  };
}

/** The sampler that records every span, whatever the producer of a request decided for itself. */
const RECORDS_ALL = 'always_on';

/**
 * The specification's default follows the producer: an unsampled request would leave no spans, also where its deployment
 * fails. Ours records all of them; who keeps which is decided where their end is known, by the collector.
 */
export const chooseSampler = (env: Environment): string => env['OTEL_TRACES_SAMPLER']?.trim() || RECORDS_ALL;

/** Whether a trace can be missing though its deployment failed: a choice at its beginning knows nothing of its end. */
export const losesFailures = (sampler: string): boolean => sampler !== RECORDS_ALL;
