/** Statuses that may wait to be published before the gate takes no more requests and starts nothing. */
export const OUTBOX_LIMIT = 1_000;
/** Statuses in one publish activity. */
export const PUBLISH_BATCH = 400;
/** Dead letters in one activity: each is read from Kafka again. */
export const LETTERS_BATCH = 20;
/** A run continues as new at the first of these, all far below the server's 51,200 events, 50 MB and 10,000 signals. */
export const RUN_EVENTS_LIMIT = 4_000;
export const RUN_HISTORY_BYTES_LIMIT = 4 * 1024 * 1024;
export const RUN_SIGNALS_LIMIT = 2_000;
/** Bytes of JSON that a run may hand to the next; the server terminates a workflow that carries more than 2 MB. */
export const CARRIED_BYTES_LIMIT = 1_800_000;
/** How long a closing run waits for a publish under way before it carries the outbox over. */
export const CLOSING_PUBLISH_GRACE_MS = 1_000;
/** How often a quarantined router is asked again. */
export const QUARANTINE_PROBE_MS = 300_000;
/** What is handed on at once to the gate of a tenant that moved. */
export const FORWARDED_BATCHES = 4;
export const FORWARDED_COMMANDS = 500;
