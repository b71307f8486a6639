import { headerText, REPLAY_OF_HEADER } from '@vecino/contracts';
import { type EpochMs, groupBy } from '@vecino/foundation';
import { type KafkaClient, retainedFrom, scanTopic } from '@vecino/messaging';
import { type DeadLetter, type LetterOrigin, placeText, replayMark } from './dead-letter.js';

/** Whether a letter has been sent once more. */
export type ReplayHistory =
  | { readonly kind: 'never' }
  | { readonly kind: 'replayed'; readonly at: EpochMs; readonly offset: number }
  /** Its topic does not go back to the letter's time. */
  | { readonly kind: 'not-known'; readonly retainedFrom: EpochMs }
  /** Where it came from is not there any more, or is not said. */
  | { readonly kind: 'no-place' };

/** Brokers' clocks may differ by so much. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * Looks for the replays of letters where they must lie: a replay is a record with the letter's mark in the partition that
 * the letter came from, later than the letter. By place of the letter.
 */
export async function findReplays(
  client: KafkaClient,
  dlq: string,
  letters: readonly DeadLetter[],
): Promise<ReadonlyMap<string, ReplayHistory>> {
  const histories = new Map<string, ReplayHistory>();
  for (const group of groupBy(letters, partitionOf).values()) {
    const first = group[0]?.origin;
    const found = first === undefined ? noPlace(group) : await historiesIn(client, dlq, first, group);
    for (const [place, history] of found) histories.set(place, history);
  }
  return histories;
}

async function historiesIn(
  client: KafkaClient,
  dlq: string,
  { topic, partition }: LetterOrigin,
  letters: readonly DeadLetter[],
): Promise<Map<string, ReplayHistory>> {
  const since = await retainedFrom(client, topic, partition);
  if (since === undefined) return noPlace(letters);
  const marks = new Map(letters.map(({ place }) => [replayMark(dlq, place), placeText(place)]));
  const from = Math.min(...letters.map(({ at }) => at)) - CLOCK_MARGIN_MS;
  const histories = new Map<string, ReplayHistory>();
  for await (const record of scanTopic(client, { topic, partitions: [partition], from })) {
    const place = marks.get(headerText(record.headers, REPLAY_OF_HEADER) ?? '');
    if (place !== undefined)
      histories.set(place, { kind: 'replayed', at: record.timestamp, offset: record.offset });
  }
  for (const { place, at } of letters) {
    const text = placeText(place);
    if (histories.has(text)) continue;
    const isCut = since > at - CLOCK_MARGIN_MS;
    histories.set(text, isCut ? { kind: 'not-known', retainedFrom: since } : { kind: 'never' });
  }
  return histories;
}

const noPlace = (letters: readonly DeadLetter[]): Map<string, ReplayHistory> =>
  new Map(letters.map(({ place }) => [placeText(place), { kind: 'no-place' }]));

const partitionOf = ({ origin }: DeadLetter): string =>
  origin === undefined ? '' : `${origin.topic}/${origin.partition}`;
