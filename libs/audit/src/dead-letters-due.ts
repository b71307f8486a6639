import { groupBy } from '@vecino/foundation';
import { type CaseFile, isReused } from './case-file.js';
import type { Disturbance } from './evidence/circumstances.js';
import type { RequestRecord } from './evidence/kafka-records.js';
import type { CommittedOffset } from './evidence/platform-records.js';

/** Whether only a dead letter answers the record, or it and a status. */
export const isLetterDue = (record: RequestRecord, { lettersOf }: CaseFile): boolean =>
  !record.fates.includes('taken') || refusalsOf(record, lettersOf).length > 0;

/** When ingest had its dead letter on the topic; undefined where it has none. */
export function letterAt(record: RequestRecord, { lettersOf }: CaseFile): number | undefined {
  const refusals = refusalsOf(record, lettersOf);
  return refusals.length === 0 ? undefined : Math.min(...refusals.map(({ timestamp }) => timestamp));
}

const refusalsOf = (record: RequestRecord, lettersOf: CaseFile['lettersOf']) =>
  lettersOf(record).filter((letter) => !isReused(letter));

/** A time in which nobody could write dead letters. */
export const awayWindows = ({ evidence }: CaseFile): readonly Disturbance[] =>
  evidence.disturbances.filter(({ deadLettersAway = false }) => deadLettersAway);

/** A record whose dead letter could not be written, and a commit that went past it all the same. */
export interface Passed {
  readonly record: RequestRecord;
  readonly commit: CommittedOffset;
  readonly window: Disturbance;
}

/** Of each window the records that were waiting for their dead letter in it. */
export function waitingWhileAway(file: CaseFile, window: Disturbance): Map<number, RequestRecord[]> {
  const before = new Map<number, number>();
  for (const { at, partition, offset } of file.evidence.commits)
    if (at < window.from) before.set(partition, Math.max(offset, before.get(partition) ?? 0));
  const waiting = file.evidence.requests.filter((record) => {
    const at = letterAt(record, file) ?? Infinity;
    const open = record.timestamp <= window.to && window.from <= at + file.evidence.clocksApartMs;
    return open && record.offset >= (before.get(record.partition) ?? 0) && isLetterDue(record, file);
  });
  return groupBy(waiting, ({ partition }) => partition);
}

/** Commits while nobody could write dead letters that went past a record which had none yet. */
export const passedWhileAway = (file: CaseFile): Passed[] =>
  awayWindows(file).flatMap((window) => {
    const waiting = waitingWhileAway(file, window);
    const passed = new Map<RequestRecord, CommittedOffset>();
    const commits = file.evidence.commits.filter(({ at }) => window.from <= at && at <= window.to);
    for (const commit of commits.toSorted((a, b) => a.at - b.at)) {
      const behind = (waiting.get(commit.partition) ?? []).filter(({ offset }) => offset < commit.offset);
      const record = behind.find((one) => !isThere(one, commit, file));
      if (record !== undefined && !passed.has(record)) passed.set(record, commit);
    }
    return [...passed].map(([record, commit]) => ({ record, commit, window }));
  });

const isThere = (record: RequestRecord, { at }: CommittedOffset, file: CaseFile): boolean =>
  (letterAt(record, file) ?? Infinity) <= at + file.evidence.clocksApartMs;

/** Those of them that never got a dead letter. */
export const skippedWhileAway = (file: CaseFile): ReadonlySet<RequestRecord> =>
  new Set(
    passedWhileAway(file)
      .map(({ record }) => record)
      .filter((record) => letterAt(record, file) === undefined),
  );
