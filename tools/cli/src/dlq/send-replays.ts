import { VecinoError } from '@vecino/foundation';
import { type KafkaClient } from '@vecino/messaging';
import { type CliErrorCode } from '../cli-errors.js';
import { type DeadLetter, type LetterOrigin, type LetterPlace, placeText } from './dead-letter.js';
import { replayMarks } from './replay-marks.js';

/** A letter that was sent once more, and where its record lies now. */
export interface SentReplay {
  readonly letter: LetterPlace;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The record of a replay: the original's key, value and headers, its trace included, with the marks of the replay. Pure. */
const replayRecord = (dlq: string, { place, key, value, headers }: DeadLetter, origin: LetterOrigin) => ({
  key,
  value,
  headers: { ...headers, ...replayMarks(dlq, place, origin) },
});

/**
 * Sends letters back, one after another, each to the partition that it came from: whatever partitioner its producer has,
 * a router's records stay together.
 *
 * @throws VecinoError REPLAY_FAILED that says how many were sent before
 */
export async function sendReplays(
  { kafka }: KafkaClient,
  dlq: string,
  letters: readonly DeadLetter[],
): Promise<SentReplay[]> {
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  const sent: SentReplay[] = [];
  try {
    await producer.connect();
    for (const letter of letters) {
      const { origin, place } = letter;
      if (origin === undefined) continue;
      const { topic, partition } = origin;
      const messages = [{ partition, ...replayRecord(dlq, letter, origin) }];
      const [answer] = await producer.send({ topic, acks: -1, messages });
      sent.push({ letter: place, topic, partition, offset: Number(answer?.baseOffset ?? -1) });
    }
    return sent;
  } catch (cause) {
    const at = letters[sent.length];
    throw new VecinoError<CliErrorCode>(
      'REPLAY_FAILED',
      `${sent.length} of ${letters.length} were replayed, then Kafka did not confirm ${at === undefined ? 'one' : placeText(at.place)}: the same command goes on with what is left`,
      { disposition: 'retry', cause },
    );
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
