import { type EpochMs, type ReasonCode, redactText } from '@vecino/foundation';
import { type HeaderValue, type RecordHeaders } from './record-headers.js';

/** Why a record became a dead letter, and where it lay. */
export interface DeadLetterCause {
  readonly code: ReasonCode;
  readonly text: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number | string;
  /** Of the source record. */
  readonly timestamp: EpochMs | string;
}

const PREFIX = '__connect.errors.';
const MAX_TEXT_CHARACTERS = 1_024;

/** The names of Kafka Connect's error headers (KIP-298), which dead-letter tools read. */
export const DEAD_LETTER_HEADERS = {
  topic: `${PREFIX}topic`,
  partition: `${PREFIX}partition`,
  offset: `${PREFIX}offset`,
  timestamp: `${PREFIX}timestamp`,
  connector: `${PREFIX}connector.name`,
  stage: `${PREFIX}stage`,
  code: `${PREFIX}exception.class.name`,
  text: `${PREFIX}exception.message`,
} as const;

/**
 * Headers of a dead letter: the original's as they are, but for error headers it came with, which anybody could have
 * forged; then ours, without secrets. Key and value of the dead letter are the original's, byte for byte.
 */
export function deadLetterHeaders(
  original: RecordHeaders | undefined,
  cause: DeadLetterCause,
): Record<string, HeaderValue> {
  return Object.assign(originalHeaders(original), {
    [DEAD_LETTER_HEADERS.topic]: cause.topic,
    [DEAD_LETTER_HEADERS.partition]: String(cause.partition),
    [DEAD_LETTER_HEADERS.offset]: String(cause.offset),
    [DEAD_LETTER_HEADERS.timestamp]: String(cause.timestamp),
    [DEAD_LETTER_HEADERS.connector]: 'vecino',
    [DEAD_LETTER_HEADERS.stage]: 'VALUE_CONVERTER',
    [DEAD_LETTER_HEADERS.code]: cause.code,
    [DEAD_LETTER_HEADERS.text]: redactText(cause.text).slice(0, MAX_TEXT_CHARACTERS),
  });
}

/** The headers of a dead letter that its original had. */
export function originalHeaders(headers: RecordHeaders | undefined): Record<string, HeaderValue> {
  // Without a prototype, so that a header called `__proto__` is one like any other.
  const kept = Object.create(null) as Record<string, HeaderValue>;
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !isErrorHeader(name)) kept[name] = value;
  }
  return kept;
}

const isErrorHeader = (name: string): boolean =>
  name.length >= PREFIX.length && name.slice(0, PREFIX.length).toLowerCase() === PREFIX;

/** On a record that repeats a dead letter: `topic/partition/offset` of the letter. */
export const REPLAY_OF_HEADER = 'vecino_replay_of';

/** Beside it: `topic/partition/offset/timestamp` of the record that became the letter, which may have others. */
export const REPLAY_ORIGIN_HEADER = 'vecino_replay_origin';
