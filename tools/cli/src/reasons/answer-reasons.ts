import { type ReasonTexts } from './reason-text.js';

/** What a command is answered with where it was not carried out. */
export const ANSWERS = {
  CANCEL_TOO_LATE: {
    happened: 'The cancel came when Reboot was being sent, or later; the sentence says when.',
    follows: 'The upgrade goes on to a known state. The answer is a status of the phase under way.',
    todo: 'Wait for the terminal: [cancelled, or too late](runbooks/cancelled.md).',
  },
  UNKNOWN_DEPLOYMENT: {
    happened:
      'The tenant has no deployment of that id, it ended so long ago that nobody remembers it, or its request has not been taken in yet: requests that ingest holds back wait in Kafka, and such a deployment runs later all the same.',
    follows: 'Nothing. The command becomes a dead letter.',
    todo: 'Check id and tenant; where the request is still to come, send the command again once it is `ACCEPTED`: [cancelled, or too late](runbooks/cancelled.md).',
  },
  NOT_QUARANTINED: {
    happened:
      'An `UNLOCK` for a deployment that holds no quarantined router: it waits, runs, has ended with its router free, or is still settling; the sentence says which.',
    follows: 'Nothing. The command becomes a dead letter.',
    todo: 'Nothing, or wait for its terminal: [router quarantined](runbooks/router-quarantined.md).',
  },
} as const satisfies ReasonTexts<'happened' | 'follows' | 'todo'>;
