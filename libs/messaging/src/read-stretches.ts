import { VecinoError } from '@vecino/foundation';
import type { FetchedPartition } from './kafkajs/fetch-committed.js';
import type { TailRecord } from './topic-tail.js';

/** Offsets of one partition, from `next` on and below `end`. */
export interface Stretch {
  readonly partition: number;
  readonly next: number;
  readonly end: number;
}

/** There is more, and Kafka does not give it. */
export type StretchErrorCode = 'SCAN_STANDS_STILL';

/** Answers in a row that lead no further. Kafka waits a quarter of a second before it gives such a one. */
const STANDSTILLS_AT_MOST = 4;

/**
 * Reads stretches to their ends, also where nothing lies at some of their offsets: at markers of transactions, at what was taken
 * back, and at what compaction took out. What belongs to a transaction that has not ended does not lie there yet, nor does what
 * came after it.
 *
 * @throws VecinoError of `StretchErrorCode`: what was read must not be taken for all
 */
export async function* readStretches(
  stretches: readonly Stretch[],
  ask: (open: readonly Stretch[]) => Promise<readonly FetchedPartition[]>,
): AsyncGenerator<TailRecord> {
  let open = stretches.filter(isOpen);
  let standstills = 0;
  while (open.length > 0) {
    const asked = open;
    const answers = new Map((await ask(asked)).map((answer) => [answer.partition, answer]));
    for (const { partition, end } of asked) {
      const answer = answers.get(partition);
      if (answer === undefined) continue;
      for (const record of answer.records)
        if (record.offset < end) yield { topic: answer.topic, partition, ...record };
    }
    open = asked.map((one) => ({ ...one, next: answers.get(one.partition)?.nextOffset ?? one.next }));
    // An answer has a largest size, so one partition may get nothing while others do.
    standstills = open.some(({ next }, nth) => next !== asked[nth]?.next) ? 0 : standstills + 1;
    open = open.filter(isOpen);
    if (standstills < STANDSTILLS_AT_MOST) continue;
    const stuck = open.find((one) => !isHeldBack(one, answers.get(one.partition)));
    if (stuck === undefined) return;
    throw new VecinoError<StretchErrorCode>(
      'SCAN_STANDS_STILL',
      `Kafka gives nothing of partition ${stuck.partition} from offset ${stuck.next} on, though it goes on to ${stuck.end}`,
      { disposition: 'retry' },
    );
  }
}

const isOpen = ({ next, end }: Stretch): boolean => next < end;

/** What lies there belongs to a transaction that is open, or came after one. A leader that is new may not know yet how far it goes. */
const isHeldBack = ({ next }: Stretch, answer: FetchedPartition | undefined): boolean =>
  answer !== undefined && next >= answer.lastStableOffset && answer.lastStableOffset < answer.highWatermark;
