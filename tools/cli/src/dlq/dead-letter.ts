import {
  DEAD_LETTER_HEADERS,
  type HeaderValue,
  headerText,
  originalHeaders,
  type RecordHeaders,
} from '@vecino/contracts';
import { type EpochMs } from '@vecino/foundation';
import { type TailRecord } from '@vecino/messaging';

/** Where a dead letter lies in the dead-letter topic: its name for people and tools. */
export interface LetterPlace {
  readonly partition: number;
  readonly offset: number;
}

/** Where the record lay that became the dead letter. */
export interface LetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: EpochMs;
}

/** A record of the dead-letter topic, taken apart. */
export interface DeadLetter {
  readonly place: LetterPlace;
  /** When it became one, by the broker's clock. */
  readonly at: EpochMs;
  readonly code: string;
  readonly text: string;
  /** Undefined where the record was not written by Vecino. */
  readonly origin: LetterOrigin | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As the original record had them. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
}

/** A dead letter that says where it came from. */
export interface PlacedLetter extends DeadLetter {
  readonly origin: LetterOrigin;
}

export const isPlaced = (letter: DeadLetter): letter is PlacedLetter => letter.origin !== undefined;

export function deadLetterOf(record: Omit<TailRecord, 'topic'>): DeadLetter {
  const said = (name: keyof typeof DEAD_LETTER_HEADERS): string =>
    headerText(record.headers, DEAD_LETTER_HEADERS[name]) ?? '';
  return {
    place: { partition: record.partition, offset: record.offset },
    at: record.timestamp,
    code: said('code'),
    text: said('text'),
    origin: originOf(record.headers),
    key: record.key,
    value: record.value,
    headers: originalHeaders(record.headers),
  };
}

export const placeText = ({ partition, offset }: LetterPlace): string => `${partition}/${offset}`;

/** Reads `partition/offset`, with or without the name of the topic before it; undefined where it is neither. */
export function parsePlace(text: string, dlq: string): LetterPlace | undefined {
  const [, topic, partition, offset] = /^(?:(.+)\/)?(\d{1,6})\/(\d{1,15})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined) return undefined;
  if (topic !== undefined && topic !== dlq) return undefined;
  return { partition: Number(partition), offset: Number(offset) };
}

/** The same of all letters of one record. A topic that is made anew counts from 0 again: the time tells its records apart. */
export const originName = ({ topic, partition, offset, timestamp }: LetterOrigin): string =>
  `${topic}/${partition}/${offset}/${timestamp}`;

function originOf(headers: RecordHeaders): LetterOrigin | undefined {
  const topic = headerText(headers, DEAD_LETTER_HEADERS.topic);
  const [partition, offset, timestamp] = (['partition', 'offset', 'timestamp'] as const).map((name) =>
    Number(headerText(headers, DEAD_LETTER_HEADERS[name]) ?? NaN),
  ) as [number, number, number];
  if (topic === undefined || ![partition, offset, timestamp].every(Number.isSafeInteger)) return undefined;
  return { topic, partition, offset, timestamp };
}
