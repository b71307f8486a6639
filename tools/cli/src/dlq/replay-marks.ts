import { headerText, type RecordHeaders, REPLAY_OF_HEADER, REPLAY_ORIGIN_HEADER } from '@vecino/contracts';
import {
  type LetterOrigin,
  type LetterPlace,
  originName,
  type PlacedLetter,
  placeText,
} from './dead-letter.js';

/** Headers of a letter's replay: which letter it repeats, and of which record that is one. Pure. */
export const replayMarks = (dlq: string, place: LetterPlace, origin: LetterOrigin) => ({
  [REPLAY_OF_HEADER]: letterMark(dlq, place),
  [REPLAY_ORIGIN_HEADER]: originName(origin),
});

/**
 * Tells by its headers which of these letters' records a record repeats, by `originName`: undefined where it is none of them.
 * Replays that were sent before there was the record's mark are known by the letter's. Pure.
 */
export function createMarkReader(
  dlq: string,
  letters: readonly Pick<PlacedLetter, 'place' | 'origin'>[],
): (headers: RecordHeaders) => string | undefined {
  const names = new Map<string, string>();
  for (const { place, origin } of letters) {
    const name = originName(origin);
    names.set(name, name).set(letterMark(dlq, place), name);
  }
  const named = (headers: RecordHeaders, header: string) => names.get(headerText(headers, header) ?? '');
  return (headers) => named(headers, REPLAY_ORIGIN_HEADER) ?? named(headers, REPLAY_OF_HEADER);
}

const letterMark = (dlq: string, place: LetterPlace): string => `${dlq}/${placeText(place)}`;
