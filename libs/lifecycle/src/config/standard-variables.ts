import { COMMON_VARIABLES } from './common-config.js';
import { type ToldVariable, toldVariables } from './told-variables.js';

/** Read by Temporal's own configuration. */
const TEMPORAL: readonly ToldVariable[] = [
  { names: ['TEMPORAL_ADDRESS'], byDefault: '`localhost:7233`', meaning: "Temporal's frontend." },
  {
    names: ['TEMPORAL_NAMESPACE'],
    byDefault: '`default`',
    meaning: 'The shared namespace: of all tenants that have none of their own.',
  },
  {
    names: ['TEMPORAL_API_KEY', 'TEMPORAL_TLS', 'TEMPORAL_TLS_*', 'TEMPORAL_GRPC_META_*'],
    byDefault: '',
    meaning:
      "As Temporal's own tools read them (envconfig): certificates for mTLS by path or by content, server name, metadata.",
  },
  {
    names: ['TEMPORAL_CONFIG_FILE', 'TEMPORAL_PROFILE'],
    byDefault: '',
    meaning:
      "A configuration file is read only where one of these is set: the profile of a developer's own CLI must not decide where a service connects.",
  },
];

/** Read by OpenTelemetry's SDK, after `libs/telemetry` has filled in what is unset. */
const OTEL: readonly ToldVariable[] = [
  {
    names: [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    ],
    byDefault: '',
    meaning:
      "Where spans and metrics go. Unset: neither is pushed (the specification's default would be localhost), and W3C trace context still passes through.",
  },
  {
    names: ['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER'],
    byDefault: '`otlp` with an endpoint, else `none`',
    meaning: 'Chooses the exporter. Logs go to standard output only.',
  },
  {
    names: ['OTEL_TRACES_SAMPLER'],
    byDefault: '`always_on`',
    meaning:
      'Every span is recorded, whatever the producer of a request decided for itself: [the collector chooses](tracing.md#which-traces-are-kept). Any other sampler loses failed deployments, and the service warns of it.',
  },
  { names: ['OTEL_SDK_DISABLED'], byDefault: '', meaning: '`true`: no spans, no metrics.' },
  {
    names: ['OTEL_SERVICE_NAME'],
    byDefault: '`vecino-<service>`',
    meaning: 'All other standard `OTEL_*` variables are read by the OpenTelemetry SDK itself.',
  },
];

/** Read by `parseKafkaSettings`. */
const KAFKA: readonly ToldVariable[] = [
  { names: ['KAFKA_BROKERS'], byDefault: 'needed', meaning: 'Comma list of `host:port`.' },
  { names: ['KAFKA_SSL'], byDefault: '`false`', meaning: '`true`: TLS.' },
  {
    names: ['KAFKA_SSL_CA'],
    byDefault: '',
    meaning: "Path of a PEM file; without it the system's roots are trusted.",
  },
  {
    names: ['KAFKA_SSL_CERT', 'KAFKA_SSL_KEY'],
    byDefault: '',
    meaning: 'Paths of PEM files for mTLS: both or neither.',
  },
  {
    names: ['KAFKA_SASL_MECHANISM'],
    byDefault: '',
    meaning: '`plain`, `scram-sha-256` or `scram-sha-512`.',
  },
  {
    names: ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'],
    byDefault: '',
    meaning: 'Needed with a mechanism.',
  },
];

/** Read by `runService`. */
const TERMINAL: readonly ToldVariable[] = [
  {
    names: ['NO_COLOR'],
    byDefault: '',
    meaning: 'Not empty: no colours in the log where that is a terminal.',
  },
];

/** All that every service reads. What no schema of ours reads is told by hand, beside the names that others gave it. */
export const EVERY_SERVICE: readonly ToldVariable[] = [
  ...toldVariables(COMMON_VARIABLES),
  ...TEMPORAL,
  ...OTEL,
  ...KAFKA,
  ...TERMINAL,
];
