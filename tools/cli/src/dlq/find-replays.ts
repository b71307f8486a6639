import { type EpochMs, groupBy } from '@vecino/foundation';
import { type KafkaClient, retainedFrom, scanTopic } from '@vecino/messaging';
import {
  type DeadLetter,
  isPlaced,
  type LetterOrigin,
  originName,
  type PlacedLetter,
  placeText,
} from './dead-letter.js';
import { createMarkReader } from './replay-marks.js';

/** Whether a letter, or another one of its record, has been sent once more. */
export type ReplayHistory =
  | { readonly kind: 'never' }
  | { readonly kind: 'replayed'; readonly at: EpochMs; readonly offset: number }
  /** Its topic does not go back to the record's time. */
  | { readonly kind: 'not-known'; readonly retainedFrom: EpochMs }
  /** Where it came from is not there any more, or is not said. */
  | { readonly kind: 'no-place' };

/** Brokers' clocks may differ by so much. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * Looks for the replays of letters where they must lie: a replay is a record with the mark of the letter, or of another one
 * of its record, in the partition that this lay in, and later than it. By place of the letter.
 */
export async function findReplays(
  client: KafkaClient,
  dlq: string,
  letters: readonly DeadLetter[],
): Promise<ReadonlyMap<string, ReplayHistory>> {
  const histories = new Map<string, ReplayHistory>();
  for (const group of groupBy(letters, partitionOf).values()) {
    const first = group[0]?.origin;
    const found =
      first === undefined ? noPlace(group) : await historiesIn(client, dlq, first, group.filter(isPlaced));
    for (const [place, history] of found) histories.set(place, history);
  }
  return histories;
}

async function historiesIn(
  client: KafkaClient,
  dlq: string,
  { topic, partition }: LetterOrigin,
  letters: readonly PlacedLetter[],
): Promise<Map<string, ReplayHistory>> {
  const since = await retainedFrom(client, topic, partition);
  if (since === undefined) return noPlace(letters);
  const repeatedBy = createMarkReader(dlq, letters);
  // Not from the letters' times on: an earlier one of the same record may have been replayed before.
  const from = Math.min(...letters.map(({ origin }) => origin.timestamp)) - CLOCK_MARGIN_MS;
  const replays = new Map<string, ReplayHistory>();
  for await (const record of scanTopic(client, { topic, partitions: [partition], from })) {
    const name = repeatedBy(record.headers);
    if (name !== undefined)
      replays.set(name, { kind: 'replayed', at: record.timestamp, offset: record.offset });
  }
  const histories = new Map<string, ReplayHistory>();
  for (const { place, origin } of letters) {
    const isCut = since > origin.timestamp - CLOCK_MARGIN_MS;
    const unseen: ReplayHistory = isCut ? { kind: 'not-known', retainedFrom: since } : { kind: 'never' };
    histories.set(placeText(place), replays.get(originName(origin)) ?? unseen);
  }
  return histories;
}

const noPlace = (letters: readonly DeadLetter[]): Map<string, ReplayHistory> =>
  new Map(letters.map(({ place }) => [placeText(place), { kind: 'no-place' }]));

const partitionOf = ({ origin }: DeadLetter): string =>
  origin === undefined ? '' : `${origin.topic}/${origin.partition}`;
