import { type LetterPlace, originName, placeText } from './dead-letter.js';
import { type ReplayHistory } from './find-replays.js';
import { outlookOf } from './letter-outlook.js';
import { type ReadLetter } from './read-letters.js';

/** Why a letter is not sent once more. */
export type SkipCode = 'FOREIGN' | 'REPLAYED_BEFORE' | 'REPLAY_NOT_KNOWN' | 'SAME_RECORD' | 'USED_UP';

export interface SkippedLetter extends ReadLetter {
  readonly code: SkipCode;
  readonly text: string;
}

type SkipReason = Pick<SkippedLetter, 'code' | 'text'>;

/** A letter that is sent, with what is to be said of it before. */
export interface DueLetter extends ReadLetter {
  readonly warning?: string;
}

export interface ReplayPlan {
  /** In the order in which their records came, partition by partition: so that a router's stay in their order. */
  readonly due: readonly DueLetter[];
  readonly skipped: readonly SkippedLetter[];
}

export interface ReplayRules {
  /** Topics that a letter may be sent back to. */
  readonly targets: readonly string[];
  /** Also what was sent before, may have been, or is used up. */
  readonly again: boolean;
}

/**
 * Decides for each letter whether it is sent once more; of letters of one record the first that may be, with `again` too.
 * Pure.
 */
export function planReplay(
  letters: readonly ReadLetter[],
  histories: ReadonlyMap<string, ReplayHistory>,
  rules: ReplayRules,
): ReplayPlan {
  const due: DueLetter[] = [];
  const skipped: SkippedLetter[] = [];
  const firsts = new Map<string, LetterPlace>();
  for (const read of letters) {
    const { place, origin } = read.letter;
    const record = origin === undefined ? '' : originName(origin);
    const history: ReplayHistory = histories.get(placeText(place)) ?? { kind: 'no-place' };
    const skip = skipOf(read, history, rules) ?? copyOf(firsts.get(record));
    if (skip !== undefined) {
      skipped.push({ ...read, ...skip });
      continue;
    }
    firsts.set(record, place);
    due.push({ ...read, ...warningOf(read) });
  }
  return { due: due.toSorted(byOrigin), skipped };
}

function skipOf(
  { letter, content }: ReadLetter,
  history: ReplayHistory,
  { targets, again }: ReplayRules,
): SkipReason | undefined {
  const { origin } = letter;
  if (origin === undefined || !targets.includes(origin.topic) || history.kind === 'no-place')
    return {
      code: 'FOREIGN',
      text: `it comes from ${originText(letter)}, which is no partition of ${targets.join(' or ')}`,
    };
  if (again) return undefined;
  switch (history.kind) {
    case 'replayed':
      return {
        code: 'REPLAYED_BEFORE',
        text: `it was replayed at ${timeText(history.at)}, as ${origin.topic}/${origin.partition}/${history.offset}; --again replays it once more`,
      };
    case 'not-known':
      return {
        code: 'REPLAY_NOT_KNOWN',
        text: `nobody can say whether it was replayed: ${keptText(origin.topic, origin.partition, history.retainedFrom)}; --again replays it all the same`,
      };
    case 'never': {
      const outlook = outlookOf(letter, content);
      if (outlook.kind !== 'used-up') return undefined;
      return { code: 'USED_UP', text: `it can't succeed unchanged: ${outlook.text}` };
    }
  }
}

/** Written again where Kafka's answer to the first was lost, or ingest was killed before it had committed. */
const copyOf = (first: LetterPlace | undefined): SkipReason | undefined =>
  first === undefined
    ? undefined
    : {
        code: 'SAME_RECORD',
        text: `it is a letter of the same record as ${placeText(first)}, which is sent for both`,
      };

function warningOf({ letter, content }: ReadLetter): Pick<DueLetter, 'warning'> {
  const outlook = outlookOf(letter, content);
  return outlook.kind === 'may-succeed' ? {} : { warning: outlook.text };
}

const keptText = (topic: string, partition: number, from: number): string =>
  from === Infinity
    ? `${topic}/${partition} holds nothing any more`
    : `${topic}/${partition} goes back to ${timeText(from)} only`;

const originText = ({ origin }: ReadLetter['letter']): string =>
  origin === undefined ? 'nowhere that it says' : `${origin.topic}/${origin.partition}`;

const timeText = (at: number): string => new Date(at).toISOString();

function byOrigin({ letter: { origin: a } }: ReadLetter, { letter: { origin: b } }: ReadLetter): number {
  if (a === undefined || b === undefined) return 0;
  return a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset;
}
