// Kafka's codes for why a broker does not do what it is asked for.

export const UNKNOWN_TOPIC_OR_PARTITION = 3;
/** A batch is larger than its topic takes. */
export const MESSAGE_TOO_LARGE = 10;
