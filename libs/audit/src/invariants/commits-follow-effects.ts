import { groupBy } from '@vecino/foundation';
import { type CaseFile, placeOf } from '../case-file.js';
import { awayWindows, letterAt } from '../dead-letters-due.js';
import type { RequestRecord } from '../evidence/kafka-records.js';
import type { CommittedOffset } from '../evidence/platform-records.js';
import { firstAfter } from '../first-after.js';
import { handedOver } from '../handed-over.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I10: the committed offset never passes a record whose effect can still be lost. A request is safe once it is in the history of its
 * gate, a refusal once its dead letter is on the topic.
 *
 * What cannot be known: a request that no handover names may have been safe at any time before its first status, so nothing is
 * said of it; and a commit is known from when it was seen on, so one that ran ahead for less than the time between two looks is not
 * found. What never had an effect is I1's matter, and a dead letter that could not be written I12's.
 */
export const commitsFollowEffects: Judge = (file) => {
  const handed = handedOver(file.evidence);
  const records = groupBy(
    file.evidence.requests.toSorted((a, b) => a.offset - b.offset),
    ({ partition }) => partition,
  );
  const safe = (at: (record: RequestRecord) => number | undefined) =>
    new Map([...records].map(([partition, own]) => [partition, latestSoFar(own, at)]));
  const inTemporal = safe((record) => handed.get(placeOf(record)));
  const asLetters = safe((record) => letterAt(record, file));
  const isAway = ({ at }: CommittedOffset) =>
    awayWindows(file).some(({ from, to }) => from <= at && at <= to);
  return {
    findings: [
      ...ahead(file, file.evidence.commits, inTemporal, 'was in Temporal'),
      ...ahead(
        file,
        file.evidence.commits.filter((commit) => !isAway(commit)),
        asLetters,
        'had its dead letter',
      ),
    ],
    judged: file.evidence.commits.length,
  };
};

/** Up to a record, itself included, the one that was safe last. */
interface Latest {
  readonly offset: number;
  readonly at: number;
  readonly record: RequestRecord;
}

function latestSoFar(
  records: readonly RequestRecord[],
  safeAt: (record: RequestRecord) => number | undefined,
): Latest[] {
  let latest: { readonly at: number; readonly record: RequestRecord } | undefined;
  return records.flatMap((record) => {
    const at = safeAt(record);
    if (at === undefined) return [];
    if (latest === undefined || at > latest.at) latest = { at, record };
    return [{ offset: record.offset, ...latest }];
  });
}

/** Of each record that was passed too early the first time. */
function ahead(
  { evidence }: CaseFile,
  commits: readonly CommittedOffset[],
  safe: ReadonlyMap<number, readonly Latest[]>,
  what: string,
): Finding[] {
  const found = new Map<RequestRecord, Finding>();
  for (const commit of commits.toSorted((a, b) => a.at - b.at)) {
    const own = safe.get(commit.partition) ?? [];
    const latest = own[firstAfter(own, commit.offset - 1, ({ offset }) => offset) - 1];
    if (latest === undefined || latest.at <= commit.at + evidence.clocksApartMs || found.has(latest.record))
      continue;
    found.set(latest.record, {
      subject: placeOf(latest.record),
      text: `was passed by the committed offset ${commit.offset} at least ${latest.at - commit.at} ms before it ${what}`,
      records: [latest.record, commit],
    });
  }
  return [...found.values()];
}
