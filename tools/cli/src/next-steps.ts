const LOOK = './vecino doctor looks for what is wrong';

/** What to do after an error, by its code. A code that is not here gets the step of its disposition. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  NO_PLATFORM: './vecino up starts one; KAFKA_BROKERS (and TEMPORAL_ADDRESS) name one that runs elsewhere',
  KAFKA_CONFIG: 'correct these variables: docs/configuration.md has each',
  TEMPORAL_CONFIG: 'correct these variables, or the file that TEMPORAL_CONFIG_FILE names',
  TEMPORAL_UNREACHABLE:
    'see that it runs (./vecino status), and that TEMPORAL_ADDRESS or the profile names it; ./vecino doctor asks it',
  TEMPORAL_UNAVAILABLE: 'see that it runs (./vecino status), and try again',
  NAMESPACE_NOT_FOUND: './vecino provision makes it; or correct TEMPORAL_NAMESPACE',
  ACCESS_DENIED: 'correct TEMPORAL_API_KEY, or the certificates that TEMPORAL_TLS_* name',
  KAFKA_UNREACHABLE:
    'see that Kafka runs (./vecino status), and that KAFKA_BROKERS names it; ./vecino doctor asks it',
  KAFKA_ACCESS_DENIED: 'correct KAFKA_SASL_* or KAFKA_SSL_* for Kafka, or have its ACLs allow it',
  REGISTRY_UNAVAILABLE:
    'see that Kafka runs (./vecino status), and that KAFKA_BROKERS names it; ./vecino doctor asks it',
  REGISTRY_CONTENDED: 'try again: others were changing the registry',
  REGISTRY_CHANGE_UNKNOWN: 'look what holds now with ./vecino tenant show or list, before you try again',
  REGISTRY_UNREADABLE: 'correct the file; nothing was imported',
  NO_SUCH_TOPIC:
    './vecino provision makes the topics of a platform; see that KAFKA_BROKERS and VECINO_TOPIC_PREFIX name yours',
  REQUEST_NOT_SENT: 'see that Kafka runs, and send it again with the same --request-id: it runs once',
  COMMAND_NOT_SENT: 'see that Kafka runs, and give the order again',
  REQUEST_INVALID: 'correct it and send it again',
  COMMAND_INVALID: 'correct it and give the order again',
  GATES_SILENT: 'name the tenant with --tenant, and see that its workers run: ./vecino status',
  NO_EVIDENCE_DIR: 'VECINO_EVIDENCE_DIR names the folder',
  PART_MISSING: './vecino doctor says what to install',
  PART_UNREACHABLE: LOOK,
  NO_FREE_PORT: './vecino doctor says who has them',
  DOWNLOAD_FAILED: 'look at the network and the proxy, and try again: what was fetched is kept',
  DIGEST_MISMATCH:
    'what was fetched is not what was published: empty the cache that ./vecino doctor names, and try again',
  ENOENT: 'give a path that there is',
  EACCES: 'give a path that you may use, or change its owner',
  EADDRINUSE: './vecino doctor says who has the port',
  ENOSPC: 'make room on the disk',
  UNEXPECTED: 'this is a fault of Vecino itself: VECINO_DEBUG=1 shows where; please report it',
};

/** Errors of what was asked for, not of its execution: nothing was begun. */
export const REFUSED_CODES: ReadonlySet<string> = new Set([
  'REQUEST_INVALID',
  'COMMAND_INVALID',
  'KAFKA_CONFIG',
  'TEMPORAL_CONFIG',
  'NO_EVIDENCE_DIR',
  'REGISTRY_UNREADABLE',
]);

export function nextStepAfter(code: string, disposition: 'retry' | 'terminal'): string {
  return NEXT_STEPS[code] ?? (disposition === 'retry' ? `try again; ${LOOK}` : LOOK);
}

export const KAFKA_FAULTS = {
  KAFKA_UNREACHABLE: { text: (brokers: string) => `Kafka at ${brokers} does not answer` },
  KAFKA_ACCESS_DENIED: { text: (brokers: string) => `Kafka at ${brokers} refuses the credentials` },
} as const;
