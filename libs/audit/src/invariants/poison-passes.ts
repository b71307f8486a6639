import { groupBy } from '@vecino/foundation';
import { type CaseFile, placeOf } from '../case-file.js';
import { letterAt } from '../dead-letters-due.js';
import type { RequestRecord } from '../evidence/kafka-records.js';
import { handedOver } from '../handed-over.js';
import type { Finding, Judge } from '../violation.js';

/** A poison record holds its partition up for no longer. */
export const POISON_PASSES_WITHIN_MS = 10_000;
/** So many records before and after it tell when the partition stood at it and when it went on: tenants go side by side, each at its pace. */
const NEIGHBOURS = 100;

/**
 * I11: a poison record never blocks: its dead letter is there within 10 s of when the partition came to it, and what lies behind it goes
 * on within 10 s; the dead letter has its exact bytes. How long it takes is judged only where nothing was broken meanwhile.
 */
export const poisonPasses: Judge = (file) => ({
  findings: [...changedBytes(file), ...partitionsOf(file).flatMap((records) => heldUp(records, file))],
  judged: file.evidence.deadLetters.length,
});

const changedBytes = ({ evidence }: CaseFile): Finding[] =>
  evidence.deadLetters.flatMap((letter) => {
    const { original, equal, code } = letter;
    if (original.topic !== evidence.requestTopic) return [];
    const changed = (['key', 'value', 'headers'] as const).filter((part) => !equal[part]);
    if (changed.length === 0) return [];
    const text = `its dead letter ${code} has another ${changed.join(' and ')}`;
    return [{ subject: placeOf(original), text, records: [letter] }];
  });

/** A record with the time at which it is known to have been dealt with, where that is known. */
interface Dealt {
  readonly record: RequestRecord;
  readonly at: number | undefined;
  readonly isPoison: boolean;
}

function partitionsOf(file: CaseFile): (readonly Dealt[])[] {
  const handed = handedOver(file.evidence);
  const dealt = file.evidence.requests
    .toSorted((a, b) => a.offset - b.offset)
    .map((record): Dealt => {
      const letter = letterAt(record, file);
      return { record, at: letter ?? handed.get(placeOf(record)), isPoison: letter !== undefined };
    });
  return [...groupBy(dealt, ({ record }) => record.partition).values()];
}

const heldUp = (records: readonly Dealt[], file: CaseFile): Finding[] =>
  records.flatMap((poison, index) => {
    const { record, at, isPoison } = poison;
    if (!isPoison || at === undefined) return [];
    const before = records.slice(Math.max(0, index - NEIGHBOURS), index).map((one) => one.at ?? -Infinity);
    const reached = Math.max(record.timestamp, ...before.filter((time) => time <= at));
    const finding = (text: string, until: number, other: readonly Dealt[]): Finding[] =>
      isDisturbed(file, record.timestamp, until)
        ? []
        : [
            {
              subject: placeOf(record),
              text,
              records: [record, ...file.lettersOf(record).slice(0, 1), ...other.map((one) => one.record)],
            },
          ];
    const waited = at - reached;
    if (waited > limit(file)) return finding(`waited ${waited} ms for its dead letter`, at, []);
    const after = records.slice(index + 1, index + 1 + NEIGHBOURS);
    const [next] = after;
    const wentOn = Math.min(...after.map((one) => one.at ?? Infinity));
    if (next === undefined || wentOn === Infinity) return [];
    const held = wentOn - Math.max(at, next.record.timestamp);
    if (held <= limit(file)) return [];
    return finding(`held up what lies behind it for ${held} ms`, wentOn, [next]);
  });

const limit = ({ evidence }: CaseFile): number => POISON_PASSES_WITHIN_MS + evidence.clocksApartMs;

const isDisturbed = ({ evidence }: CaseFile, begin: number, end: number): boolean =>
  evidence.disturbances.some(({ from, to, drainMs }) => from <= end && begin <= to + drainMs);
