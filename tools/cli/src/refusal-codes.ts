/** What docs/cli.md says of a code. */
export interface CodeGuide {
  readonly meaning: string;
  /** What to do. A refusal says it at its place, with the names that it is about. */
  readonly next: string;
}

/** Why nothing was done, but for reasons (docs/errors.md). A code that is not here cannot be used. */
export const REFUSALS = {
  USAGE: {
    meaning: 'The command line is not understood, or its options make no sense together.',
    next: './vecino COMMAND --help',
  },
  NOT_CONFIRMED: {
    meaning: 'Nobody said yes.',
    next: 'look with --dry-run where there is one, then say yes at a terminal, or --yes',
  },
  UNKNOWN_TENANT: {
    meaning: 'The registry has no tenant of that id.',
    next: './vecino tenant list shows who there is, ./vecino tenant add adds one',
  },
  TENANT_EXISTS: {
    meaning: 'The registry has a tenant of that id.',
    next: 'change it with ./vecino tenant set, or choose another id',
  },
  NETWORK_OVERLAPS: {
    meaning: "A network overlaps with another tenant's, which is named, or with the platform's own.",
    next: 'choose another network, or take it from the other tenant first',
  },
  NEEDS_MOVE: {
    meaning: 'The route would change into another Temporal namespace.',
    next: './vecino tenant move does so',
  },
  MOVING: {
    meaning: 'The tenant is on its way to another Temporal namespace.',
    next: './vecino tenant show says how far it is',
  },
  INVALID: {
    meaning: 'A value breaks another rule of the registry; the text says which.',
    next: 'correct it and give the command again',
  },
  FILE_INVALID: {
    meaning: 'A file of tenants has a fault; the text has its line.',
    next: 'correct the file',
  },
  UNKNOWN_DEPLOYMENT: {
    meaning: 'Nobody knows the deployment: it was never taken in, or ended long ago.',
    next: 'check the id, and say whose it is with --tenant; ./vecino dlq list shows what was refused',
  },
  AMBIGUOUS_DEPLOYMENT: {
    meaning: 'Several tenants have a deployment of that id.',
    next: 'say whose is meant with --tenant',
  },
  NO_EVIDENCE: {
    meaning: 'There is no evidence of the deployment, or not yet.',
    next: './vecino explain DEPLOYMENT_ID says how it stands',
  },
  NOT_ENDED: {
    meaning: 'What is to be repeated has not ended.',
    next: 'wait for its end (./vecino watch TENANT), or cancel it (./vecino cancel DEPLOYMENT_ID)',
  },
  SUCCEEDED: {
    meaning: 'What is to be repeated has succeeded.',
    next: '--even-if-succeeded repeats it all the same',
  },
  REQUEST_GONE: {
    meaning: 'What a deployment was asked for cannot be read any more.',
    next: 'ask for it anew: ./vecino request',
  },
  NO_SUCH_LETTER: {
    meaning: 'Nothing lies at that place of the dead letters.',
    next: './vecino dlq list shows what lies there',
  },
  FOREIGN: {
    meaning: 'A dead letter comes from no topic that it could be sent back to.',
    next: './vecino dlq show PARTITION/OFFSET says where it comes from',
  },
  REPLAYED_BEFORE: {
    meaning: 'A dead letter was replayed before.',
    next: '--again replays it once more',
  },
  REPLAY_NOT_KNOWN: {
    meaning: 'Nobody can say whether a dead letter was replayed: the records of that time are gone.',
    next: '--again replays it all the same',
  },
  SAME_RECORD: {
    meaning: 'A dead letter is of the same record as another, which is sent for both.',
    next: 'nothing: two letters of one record are one',
  },
  USED_UP: {
    meaning: "A dead letter can't succeed unchanged.",
    next: './vecino dlq show PARTITION/OFFSET says why; --again replays it all the same',
  },
} as const satisfies Readonly<Record<string, CodeGuide>>;

export type RefusalCode = keyof typeof REFUSALS;
