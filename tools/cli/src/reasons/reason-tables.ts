import { type ReasonCode } from '@vecino/foundation';
import { markdownTable } from '../markdown-table.js';
import { ANSWERS } from './answer-reasons.js';
import { ENDS } from './end-reasons.js';
import { type ReasonText } from './reason-text.js';
import { NOT_ADMITTED, REFUSED_AT_THE_DOOR } from './refusal-reasons.js';
import { WAITING } from './waiting-reasons.js';

/** The tables of docs/errors.md, by the heading above each. */
export const REASON_GROUPS: Readonly<Record<string, Readonly<Record<string, ReasonText>>>> = {
  'Refused at the door': REFUSED_AT_THE_DOOR,
  'Not admitted by the gate': NOT_ADMITTED,
  'Waiting in the gate': WAITING,
  'Answers to a command': ANSWERS,
  'How a deployment ended': ENDS,
};

/** A reason without a text does not compile. */
export const REASON_TEXTS = {
  ...REFUSED_AT_THE_DOOR,
  ...NOT_ADMITTED,
  ...WAITING,
  ...ANSWERS,
  ...ENDS,
} satisfies Readonly<Record<ReasonCode, ReasonText>>;

const COLUMNS: Readonly<Record<keyof ReasonText, string>> = {
  terminal: 'terminal',
  happened: 'what happened',
  follows: 'what happens next',
  todo: 'what to do',
};

/** In Markdown, by the heading above each. */
export const reasonTables = (): ReadonlyMap<string, string> =>
  new Map(Object.entries(REASON_GROUPS).map(([title, reasons]) => [title, reasonTable(reasons)]));

function reasonTable(reasons: Readonly<Record<string, ReasonText>>): string {
  const texts = Object.values(reasons);
  const columns = (Object.keys(COLUMNS) as (keyof ReasonText)[]).filter((column) =>
    texts.some((text) => column in text),
  );
  return markdownTable(
    ['code', ...columns.map((column) => COLUMNS[column])],
    Object.entries(reasons).map(([code, text]) => [
      `\`${code}\``,
      ...columns.map((column) => text[column] ?? ''),
    ]),
  );
}
