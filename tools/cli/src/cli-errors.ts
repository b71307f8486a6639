import { type CodeGuide } from './refusal-codes.js';

/** Errors that the command line itself throws or names; with those of the system that have a next step of their own. */
export type CliErrorCode =
  | 'NO_PLATFORM'
  | 'PLATFORM_FAILED'
  | 'KAFKA_CONFIG'
  | 'KAFKA_UNREACHABLE'
  | 'KAFKA_ACCESS_DENIED'
  | 'TEMPORAL_UNREACHABLE'
  | 'GATES_SILENT'
  | 'REQUEST_INVALID'
  | 'REQUEST_NOT_SENT'
  | 'REQUEST_UNREADABLE'
  | 'COMMAND_INVALID'
  | 'COMMAND_NOT_SENT'
  | 'REPLAY_FAILED'
  | 'REPAIR_FAILED'
  | 'NO_EVIDENCE_DIR'
  | 'DEMO_IMPOSSIBLE'
  | 'NO_REPORT'
  | 'ENOENT'
  | 'EACCES'
  | 'EADDRINUSE'
  | 'ENOSPC'
  | 'UNEXPECTED';

export interface ErrorGuide extends CodeGuide {
  /** `refused` where it is about what was asked for, not about its execution: then nothing was begun. */
  readonly exit: 'refused' | 'failed';
}

export const DOCTOR_LOOKS = './vecino doctor looks for what is wrong';

export const CLI_ERRORS: Readonly<Record<CliErrorCode, ErrorGuide>> = {
  NO_PLATFORM: {
    exit: 'failed',
    meaning: 'No platform runs for this clone, and the environment names none.',
    next: './vecino up starts one; KAFKA_BROKERS (and TEMPORAL_ADDRESS) name one that runs elsewhere',
  },
  PLATFORM_FAILED: {
    exit: 'failed',
    meaning: 'What ./vecino up started did not come up, and nothing was left running.',
    next: DOCTOR_LOOKS,
  },
  KAFKA_CONFIG: {
    exit: 'refused',
    meaning: "Variables of Kafka's connection are at fault; each is named.",
    next: 'correct these variables: docs/configuration.md has each',
  },
  KAFKA_UNREACHABLE: {
    exit: 'failed',
    meaning: 'Kafka does not answer.',
    next: 'see that Kafka runs (./vecino status), and that KAFKA_BROKERS names it; ./vecino doctor asks it',
  },
  KAFKA_ACCESS_DENIED: {
    exit: 'failed',
    meaning: 'Kafka refuses the credentials, or what they ask for.',
    next: 'correct KAFKA_SASL_* or KAFKA_SSL_* for Kafka, or have its ACLs allow it',
  },
  TEMPORAL_UNREACHABLE: {
    exit: 'failed',
    meaning: 'Temporal cannot be connected to.',
    next: 'see that it runs (./vecino status), and that TEMPORAL_ADDRESS or the profile names it; ./vecino doctor asks it',
  },
  GATES_SILENT: {
    exit: 'failed',
    meaning: 'Whose deployment it is cannot be said: gates that may know it do not answer.',
    next: 'name the tenant with --tenant, and see that its workers run: ./vecino status',
  },
  REQUEST_INVALID: {
    exit: 'refused',
    meaning: 'A value of a request breaks its grammar; nothing was sent.',
    next: 'correct it and send it again',
  },
  REQUEST_NOT_SENT: {
    exit: 'failed',
    meaning: 'Kafka did not confirm a request: it may lie on its topic all the same.',
    next: 'see that Kafka runs, and send it again with the same --request-id: it runs once',
  },
  REQUEST_UNREADABLE: {
    exit: 'failed',
    meaning: 'A request that ./vecino audit --repair would send again cannot be read.',
    next: 'ask for it anew: ./vecino request',
  },
  COMMAND_INVALID: {
    exit: 'refused',
    meaning: 'A value of an order breaks its grammar; nothing was sent.',
    next: 'correct it and give the order again',
  },
  COMMAND_NOT_SENT: {
    exit: 'failed',
    meaning: 'Kafka did not confirm an order: it may lie on its topic all the same.',
    next: 'see that Kafka runs, and give the order again',
  },
  REPLAY_FAILED: {
    exit: 'failed',
    meaning: 'Kafka did not confirm a dead letter that was sent back; the text says how many went before it.',
    next: 'see that Kafka runs, and give the same command again: it goes on with what is left',
  },
  REPAIR_FAILED: {
    exit: 'failed',
    meaning: 'Kafka did not confirm a request that was sent again; the text says how many went before it.',
    next: 'see that Kafka runs, and give the same command again: it goes on with what is left',
  },
  NO_EVIDENCE_DIR: {
    exit: 'refused',
    meaning: 'Nobody has said where the workers write evidence.',
    next: 'VECINO_EVIDENCE_DIR names the folder',
  },
  DEMO_IMPOSSIBLE: {
    exit: 'failed',
    meaning: 'The registry lacks a tenant, or simulated routers, that the demo upgrades.',
    next: 'use deploy/tenants.yaml of this repository, or add the tenant with --lab and an IPv4 network',
  },
  NO_REPORT: {
    exit: 'failed',
    meaning: '`bench` or `chaos` ended before it had a report.',
    next: 'see what it said; ./vecino bench --help and ./vecino chaos --help list what there is',
  },
  ENOENT: {
    exit: 'failed',
    meaning: 'A file or folder is not there.',
    next: 'give a path that there is',
  },
  EACCES: {
    exit: 'failed',
    meaning: 'A file, folder or port may not be used.',
    next: 'give a path that you may use, or change its owner',
  },
  EADDRINUSE: {
    exit: 'failed',
    meaning: 'A port is taken.',
    next: './vecino doctor says who has the port',
  },
  ENOSPC: {
    exit: 'failed',
    meaning: 'The disk is full.',
    next: 'make room on the disk',
  },
  UNEXPECTED: {
    exit: 'failed',
    meaning: 'An error that nobody has thought of.',
    next: 'this is a fault of Vecino itself: VECINO_DEBUG=1 shows where; please report it',
  },
};
