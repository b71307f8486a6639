/** Where a command takes its surroundings from. */
export type Surroundings = 'kafka' | 'temporal' | 'links' | 'registry-file' | 'start' | 'terminal';

export interface Variable {
  readonly names: readonly string[];
  readonly meaning: string;
}

/** The variables that the command line reads, by what they are for. What services read is in docs/configuration.md. */
export const VARIABLES: Readonly<Record<Surroundings, readonly Variable[]>> = {
  kafka: [
    {
      names: ['KAFKA_BROKERS'],
      meaning: 'The platform to talk to. Unset: the one that runs for this clone.',
    },
    {
      names: ['KAFKA_SSL', 'KAFKA_SSL_*', 'KAFKA_SASL_*'],
      meaning: 'TLS and credentials of Kafka, as services read them.',
    },
    { names: ['VECINO_TOPIC_PREFIX'], meaning: 'Before every topic name, as the platform has it.' },
    { names: ['SCHEMA_REGISTRY_URL'], meaning: 'Where the platform has a schema registry.' },
  ],
  temporal: [
    {
      names: ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY', 'TEMPORAL_TLS', 'TEMPORAL_TLS_*'],
      meaning:
        "Temporal's own configuration, as its own tools read it. Looked at where KAFKA_BROKERS is set; a platform of this clone says by itself where its Temporal is.",
    },
    {
      names: ['TEMPORAL_CONFIG_FILE', 'TEMPORAL_PROFILE'],
      meaning: 'A profile of a TOML file, read only where one of these is set. Variables win over the file.',
    },
  ],
  links: [
    {
      names: ['TEMPORAL_UI_URL'],
      meaning: "Temporal's UI, for links to workflows. `./vecino up` knows its own.",
    },
    {
      names: ['VECINO_TRACES_URL'],
      meaning:
        "Jaeger's UI, for links to traces; or any address with {trace_id} in it. Unset: the trace id alone is shown.",
    },
  ],
  'registry-file': [
    {
      names: ['VECINO_TENANTS_FILE'],
      meaning: 'What an empty registry begins with; deploy/tenants.yaml unless set.',
    },
  ],
  start: [
    {
      names: ['KAFKA_BROKERS', 'TEMPORAL_ADDRESS', 'REDIS_URL'],
      meaning: 'A server that runs already: it is used, and none is started for it.',
    },
    { names: ['VECINO_STATE_DIR'], meaning: 'Data and logs of this clone; .vecino unless set.' },
    {
      names: ['VECINO_CACHE_DIR', 'XDG_CACHE_HOME'],
      meaning: 'Where fetched servers are kept; ~/.cache/vecino unless set.',
    },
    { names: ['JAVA_HOME', 'KAFKA_HOME'], meaning: 'A Java 17 and a Kafka that are there already.' },
    {
      names: ['VECINO_MAVEN_MIRROR', 'VECINO_TEMPORAL_MIRROR'],
      meaning: 'Where to fetch servers from, in place of their publishers.',
    },
    {
      names: ['VECINO_TEMPORAL_BUILD'],
      meaning: 'go: build the Temporal CLI, also where its release can be had; for long runs.',
    },
  ],
  terminal: [
    {
      names: ['NO_COLOR', 'FORCE_COLOR'],
      meaning: 'No colours anywhere; colours also where stdout is no terminal. NO_COLOR wins.',
    },
    { names: ['VECINO_DEBUG'], meaning: 'Any value: the stack of an error that ended a command.' },
  ],
};

/** What every command that talks to a platform reads. */
export const PLATFORM: readonly Surroundings[] = ['kafka', 'temporal'];
