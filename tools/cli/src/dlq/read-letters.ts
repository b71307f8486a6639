import { topics } from '@vecino/contracts';
import { type EpochMs } from '@vecino/foundation';
import { fetchRecord, scanTopic } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment, schemasOf } from '../platform-access.js';
import { refusal } from '../refusal.js';
import { type DeadLetter, deadLetterOf, parsePlace } from './dead-letter.js';
import { createLetterReader, type LetterContent, tenantOfContent } from './letter-content.js';

/** A dead letter and what it holds. */
export interface ReadLetter {
  readonly letter: DeadLetter;
  readonly content: LetterContent;
}

export interface LetterFilter {
  readonly tenant?: string;
  readonly code?: string;
  /** Letters of this time or later. */
  readonly from?: EpochMs;
  /** The newest so many. */
  readonly limit?: number;
}

/** The letters that the filter wants, in the order of their time. */
export async function readLetters(env: PlatformEnvironment, filter: LetterFilter): Promise<ReadLetter[]> {
  const prefix = env['VECINO_TOPIC_PREFIX'];
  const readContent = letterReaderOf(env);
  const { dlq } = topics(prefix);
  const { limit = Infinity, from } = filter;
  let found: ReadLetter[] = [];
  for await (const record of scanTopic(kafkaOf(env), { topic: dlq, ...(from !== undefined && { from }) })) {
    const letter = deadLetterOf(record);
    if (filter.code !== undefined && letter.code !== filter.code) continue;
    const content = await readContent(letter);
    if (filter.tenant !== undefined && tenantOfContent(content) !== filter.tenant) continue;
    found.push({ letter, content });
    if (found.length >= 2 * limit) found = newest(found, limit);
  }
  return newest(found, limit);
}

/**
 * The letter at a place as it is typed.
 * @throws Refusal where that is no place, or nothing lies there
 */
export async function readLetter(env: PlatformEnvironment, text: string): Promise<ReadLetter> {
  const { dlq } = topics(env['VECINO_TOPIC_PREFIX']);
  const place = parsePlace(text, dlq);
  if (place === undefined)
    throw refusal(
      'NO_SUCH_LETTER',
      `${JSON.stringify(text)} is no place on ${dlq}`,
      'say PARTITION/OFFSET, as ./vecino dlq list shows it',
    );
  const record = await fetchRecord(kafkaOf(env), { topic: dlq, ...place });
  if (record === undefined)
    throw refusal(
      'NO_SUCH_LETTER',
      `nothing lies at partition ${place.partition}, offset ${place.offset} of ${dlq}: it never did, or its 30 days are over`,
      './vecino dlq list shows what lies there',
    );
  const letter = deadLetterOf({ partition: place.partition, ...record });
  return { letter, content: await letterReaderOf(env)(letter) };
}

const letterReaderOf = (env: PlatformEnvironment) =>
  createLetterReader(env['VECINO_TOPIC_PREFIX'] ?? '', schemasOf(env));

const newest = (letters: readonly ReadLetter[], limit: number): ReadLetter[] =>
  letters.toSorted((a, b) => a.letter.at - b.letter.at).slice(limit === Infinity ? 0 : -limit);
