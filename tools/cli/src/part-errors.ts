import { type RegistryError } from '@vecino/contracts';
import { type DevstackFault } from '@vecino/devstack';
import { type ProduceErrorCode, type ReadErrorCode, type ScanErrorCode } from '@vecino/messaging';
import { type RegistryErrorCode } from '@vecino/registry';
import { type TemporalErrorCode } from '@vecino/temporal';
import { DOCTOR_LOOKS, type ErrorGuide } from './cli-errors.js';

/** Errors of what commands are made of. Only types of those parts are imported: no command loads what it does not need. */
export type PartErrorCode =
  | 'TEMPORAL_CONFIG'
  | TemporalErrorCode
  | RegistryErrorCode
  | ScanErrorCode
  | ReadErrorCode
  | ProduceErrorCode
  | RegistryError['code']
  | DevstackFault;

export const PART_ERRORS: Readonly<Record<PartErrorCode, ErrorGuide>> = {
  TEMPORAL_CONFIG: {
    exit: 'refused',
    meaning: "Variables of Temporal's connection, or the file that they name, are at fault.",
    next: 'correct these variables, or the file that TEMPORAL_CONFIG_FILE names',
  },
  TEMPORAL_UNAVAILABLE: {
    exit: 'failed',
    meaning: 'Temporal does not answer.',
    next: 'see that it runs (./vecino status), and try again',
  },
  BACK_PRESSURE: {
    exit: 'failed',
    meaning: 'Temporal answers, and asks for patience.',
    next: 'try again in a moment',
  },
  NAMESPACE_NOT_FOUND: {
    exit: 'failed',
    meaning: 'There is no such Temporal namespace.',
    next: './vecino provision makes it; or correct TEMPORAL_NAMESPACE',
  },
  ACCESS_DENIED: {
    exit: 'failed',
    meaning: 'Temporal refuses the credentials.',
    next: 'correct TEMPORAL_API_KEY, or the certificates that TEMPORAL_TLS_* name',
  },
  BATCH_TOO_LARGE: {
    exit: 'failed',
    meaning: 'What was sent is larger than Temporal takes.',
    next: 'ask for less at once',
  },
  WORKFLOW_NOT_FOUND: {
    exit: 'failed',
    meaning: 'Temporal has no such workflow: it never was, or its retention is over.',
    next: './vecino tenant show says whether the tenant has a gate',
  },
  ALREADY_STARTED: {
    exit: 'failed',
    meaning: 'The workflow runs already.',
    next: './vecino explain DEPLOYMENT_ID says how it stands',
  },
  TEMPORAL_UNKNOWN: {
    exit: 'failed',
    meaning: 'Temporal answers with an error that is not known here; the cause has its words.',
    next: `try again; ${DOCTOR_LOOKS}`,
  },
  REGISTRY_UNREADABLE: {
    exit: 'refused',
    meaning: 'The file that the registry is to begin with has faults; each is named.',
    next: 'correct the file; nothing was imported',
  },
  REGISTRY_CHANGE_REFUSED: {
    exit: 'refused',
    meaning: 'A change of the registry breaks a rule; nothing was written.',
    next: 'correct what the text names',
  },
  REGISTRY_CONTENDED: {
    exit: 'failed',
    meaning: 'Others kept changing the registry; nothing was written.',
    next: 'try again: others were changing the registry',
  },
  REGISTRY_UNAVAILABLE: {
    exit: 'failed',
    meaning: 'Kafka does not answer for the registry; nothing was written.',
    next: 'see that Kafka runs (./vecino status), and that KAFKA_BROKERS names it; ./vecino doctor asks it',
  },
  REGISTRY_CHANGE_UNKNOWN: {
    exit: 'failed',
    meaning: "Kafka's answer was lost: the change may have been taken.",
    next: 'look what holds now with ./vecino tenant show or list, before you try again',
  },
  NO_SUCH_TOPIC: {
    exit: 'failed',
    meaning: 'Kafka has no such topic.',
    next: './vecino provision makes the topics of a platform; see that KAFKA_BROKERS and VECINO_TOPIC_PREFIX name yours',
  },
  SCAN_STANDS_STILL: {
    exit: 'failed',
    meaning: 'Kafka gives nothing of a partition that goes on: what was read is not all.',
    next: 'see that the partition has a leader and its replicas in sync, and try again',
  },
  POSITION_UNCLEAR: {
    exit: 'failed',
    meaning: 'Kafka does not say whether records are gone.',
    next: 'try again: leaders of partitions were changing',
  },
  NOT_WRITTEN: {
    exit: 'failed',
    meaning: 'Kafka did not confirm a record.',
    next: 'see that Kafka runs (./vecino status), and try again',
  },
  UNWRITABLE: {
    exit: 'failed',
    meaning: 'Kafka refuses a record; the cause says why.',
    next: 'see that the topic is as ./vecino provision makes it, and that ACLs allow to write there',
  },
  PRODUCER_CLOSED: {
    exit: 'failed',
    meaning: 'The command was ending while it had something to write.',
    next: 'try again',
  },
  REGISTRY_AWAY: {
    exit: 'failed',
    meaning: 'The schema registry does not answer.',
    next: 'see that it runs, and that SCHEMA_REGISTRY_URL names it',
  },
  REGISTRY_REFUSED: {
    exit: 'failed',
    meaning: 'The schema registry refuses what it was asked.',
    next: 'see that SCHEMA_REGISTRY_URL names a schema registry, and that its rules allow our schemas',
  },
  PART_MISSING: {
    exit: 'failed',
    meaning: 'The machine lacks a program that is needed, such as Java.',
    next: './vecino doctor says what to install',
  },
  PART_UNREACHABLE: {
    exit: 'failed',
    meaning: 'A server that the environment names does not answer.',
    next: DOCTOR_LOOKS,
  },
  DOWNLOAD_FAILED: {
    exit: 'failed',
    meaning: 'A server could not be fetched.',
    next: 'look at the network and the proxy, and try again: what was fetched is kept',
  },
  DIGEST_MISMATCH: {
    exit: 'failed',
    meaning: 'What was fetched is not what was published.',
    next: 'empty the cache that ./vecino doctor names, and try again',
  },
  COMMAND_FAILED: {
    exit: 'failed',
    meaning: 'A program that prepares a server failed; the text has its last lines.',
    next: DOCTOR_LOOKS,
  },
  NO_FREE_PORT: {
    exit: 'failed',
    meaning: 'All ports that a server may have are taken.',
    next: './vecino doctor says who has them',
  },
  PROCESS_DIED: {
    exit: 'failed',
    meaning: 'A server or service ended that nobody had stopped; the text has the end of its log.',
    next: DOCTOR_LOOKS,
  },
  NOT_READY: {
    exit: 'failed',
    meaning: 'A server or service was started and did not become ready in time.',
    next: DOCTOR_LOOKS,
  },
  SUPERVISOR_LOST: {
    exit: 'failed',
    meaning: 'The process that looks after servers and services ended.',
    next: 'give the command again',
  },
};
