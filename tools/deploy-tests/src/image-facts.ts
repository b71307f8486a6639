/**
 * What the official images of docker-compose.yml read and where they listen, from their makers' documentation and sources.
 * A name that is not here may be a slip: look it up before it is added.
 */
export interface ImageFacts {
  /** Variables; a trailing `*` stands for any rest. */
  readonly variables: readonly string[];
  /** TCP ports of the container, as it is configured here. */
  readonly ports: readonly number[];
  /** Folders that it keeps its data in, or reads its configuration from. */
  readonly folders: readonly string[];
  /** Programs in it that can ask the service how it is; none where it has none, or where the service ends by itself. */
  readonly probes: readonly string[];
}

export const IMAGE_FACTS: Readonly<Record<string, ImageFacts>> = {
  // Every KAFKA_A_B is the property a.b; a test compares them with those that the development stack's broker runs with.
  'apache/kafka': {
    variables: ['CLUSTER_ID', 'KAFKA_*'],
    ports: [9092, 9093, 19092],
    folders: ['/var/lib/kafka/data'],
    probes: ['/opt/kafka/bin/kafka-broker-api-versions.sh'],
  },
  postgres: {
    variables: ['POSTGRES_USER', 'POSTGRES_PASSWORD'],
    ports: [5432],
    folders: ['/var/lib/postgresql/data'],
    probes: ['pg_isready'],
  },
  // tools/sql/main.go of the server's sources.
  'temporalio/admin-tools': {
    variables: ['SQL_PLUGIN', 'SQL_HOST', 'SQL_PORT', 'SQL_USER', 'SQL_PASSWORD'],
    ports: [],
    folders: ['/etc/vecino'],
    probes: [],
  },
  // common/config/config_template_embedded.yaml and docker/scripts/sh/entrypoint.sh of the server's sources.
  'temporalio/server': {
    variables: [
      'DB',
      'DB_PORT',
      'POSTGRES_SEEDS',
      'POSTGRES_USER',
      'POSTGRES_PWD',
      'BIND_ON_IP',
      'NUM_HISTORY_SHARDS',
      'LOG_LEVEL',
      'DYNAMIC_CONFIG_FILE_PATH',
    ],
    ports: [7233],
    folders: ['/etc/vecino'],
    probes: ['nc'],
  },
  // On Alpine; server/server/route/health.go of its sources.
  'temporalio/ui': { variables: ['TEMPORAL_ADDRESS'], ports: [8080], folders: [], probes: ['wget'] },
  redis: { variables: [], ports: [6379], folders: ['/data'], probes: ['redis-cli'] },
  // 4317, 4318, 8888 and 8889 are set in deploy/otel-collector/collector.yaml, which reads the variables.
  // Its Dockerfile begins from scratch: there is one program in it.
  'otel/opentelemetry-collector-contrib': {
    variables: ['VECINO_TRACES_*'],
    ports: [4317, 4318, 8888, 8889],
    folders: ['/etc/vecino'],
    probes: [],
  },
  // On Alpine, which scripts/build/docker/base/Dockerfile of its sources says; 13133 is its health.
  'jaegertracing/jaeger': {
    variables: [],
    ports: [4317, 4318, 13133, 16686],
    folders: [],
    probes: ['wget'],
  },
  'prom/prometheus': {
    variables: [],
    ports: [9090],
    folders: ['/etc/prometheus', '/prometheus'],
    probes: ['wget'],
  },
  'grafana/grafana': {
    variables: ['GF_*'],
    ports: [3000],
    folders: ['/etc/grafana/provisioning', '/var/lib/grafana'],
    probes: ['wget'],
  },
};

/** `apache/kafka:4.1.1` → `apache/kafka`. */
export const imageName = (image: string): string => image.replace(/:[^/]*$/, '');
