import { groupBy } from '@vecino/foundation';
import { type CaseFile, type Deployment, isReused, placeOf } from '../case-file.js';
import { skippedWhileAway } from '../dead-letters-due.js';
import type { DeadLetterRecord, RequestRecord } from '../evidence/kafka-records.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I1: no acknowledged request is lost. What Kafka confirmed is on the topic; each deployment that is asked for there has a terminal, as
 * it may end; a record at fault has a dead letter in addition, one whose tenant is unknown has it alone, and no other has one.
 * More than one terminal is I2's matter.
 */
export const nothingLost: Judge = (file) => {
  const { ledger, requests } = file.evidence;
  const skipped = skippedWhileAway(file);
  const findings = [
    ...notOnTopic(file),
    ...[...file.deployments.values()].flatMap((deployment) => [
      ...withoutEnd(deployment, file),
      ...endsOtherwise(deployment, file),
      ...idsMixedUp(deployment, file),
    ]),
    ...requests.flatMap((record) => letterFaults(record, file, skipped)),
  ];
  return { findings, judged: ledger.length + requests.length };
};

function notOnTopic({ evidence, recordOf }: CaseFile): Finding[] {
  return evidence.ledger.flatMap((entry) => {
    const record = recordOf(entry);
    if (entry.outcome !== 'ok' || record?.digest === entry.digest) return [];
    const subject = `${entry.tenantId}/${entry.requestId ?? entry.digest}`;
    const text = record === undefined ? 'is not on the topic' : `lies where another record does`;
    return [
      { subject, text: `Kafka confirmed it, and it ${text}`, records: [entry, ...(record ? [record] : [])] },
    ];
  });
}

function withoutEnd(deployment: Deployment, { lettersOf }: CaseFile): Finding[] {
  const { name, records, asked, terminals, statuses, executions } = deployment;
  if (terminals.length > 0) return [];
  const started = statuses.length + executions.length > 0;
  // Where its tenant went away meanwhile its dead letter alone is an answer, unless its gate has it.
  if (!started && asked.fates.includes('undeliverable') && lettersOf(asked).length > 0) return [];
  const last = statuses.at(-1);
  const text = started
    ? `has no terminal; the last that was heard is ${last?.status.state ?? 'the start of its workflow'}`
    : 'has no terminal, and nobody has heard of it';
  return [{ subject: name, text, records: [...records, ...(last ? [last] : []), ...executions] }];
}

function endsOtherwise({ name, records, asked, terminals }: Deployment, file: CaseFile): Finding[] {
  const [end] = terminals;
  const sent = records.filter((record) => !file.lettersOf(record).some(isReused)).map(file.sentAs);
  const mayEnd = new Set(sent.flatMap((entry) => entry?.mayEnd ?? []));
  if (end === undefined || sent.some((entry) => entry?.mayEnd === undefined)) return [];
  const { state, reason } = end.status;
  if ([...mayEnd].some((code) => code === reason?.code)) return [];
  const text = `ended ${state}/${reason?.code} (${reason?.text}), not ${[...mayEnd].join(' or ')}`;
  return [{ subject: name, text, records: [asked, end] }];
}

/** One id is for one content: every record with another one has a dead letter that says so, and no record with the same. */
function idsMixedUp({ name, records, asked }: Deployment, { lettersOf }: CaseFile): Finding[] {
  const wronged = (record: RequestRecord) => lettersOf(record).find(isReused);
  if (records.length === 1 && wronged(asked) === undefined) return [];
  const faultless = records.filter(({ fates }) => fates.includes('taken'));
  const contents = groupBy(faultless, ({ content }) => content);
  const same = (contents.get(asked.content) ?? []).flatMap((record) => {
    const letter = wronged(record);
    return letter ? [{ subject: name, text: ALONE, records: [record, letter] }] : [];
  });
  const other = [...contents.values()].flat().flatMap((record) => {
    if (record.content === asked.content || lettersOf(record).length > 0) return [];
    return [{ subject: name, text: REUSED, records: [asked, record] }];
  });
  return [...same, ...other];
}

const ALONE = 'was refused as ID_REUSED, though nothing else was asked for under its id';
const REUSED = 'its id was used for two contents, and neither record became a dead letter';

function letterFaults(record: RequestRecord, file: CaseFile, skipped: ReadonlySet<RequestRecord>): Finding[] {
  const { fates } = record;
  const letters = file.lettersOf(record);
  const finding = (text: string, ...more: object[]): Finding[] => [
    { subject: placeOf(record), text, records: [record, ...letters.slice(0, 1), ...more] },
  ];
  if (letters.length === 0) {
    if (fates.includes('taken') || skipped.has(record)) return [];
    return finding('its record is at fault, and there is no dead letter');
  }
  const refusals = letters.filter((letter) => !isReused(letter));
  if (refusals.length === 0) return [];
  if (!fates.includes('refused') && !fates.includes('undeliverable'))
    return finding(`nothing is wrong with it, and it became a dead letter ${letters[0]?.code}`);
  const mayEnd = file.sentAs(record)?.mayEnd;
  const wrong = refusals.find((letter) => !mayBe(letter, mayEnd));
  return wrong ? finding(`became a dead letter ${wrong.code}, not ${mayEnd?.join(' or ')}`, wrong) : [];
}

const mayBe = ({ code }: DeadLetterRecord, mayEnd: readonly string[] | undefined): boolean =>
  mayEnd === undefined || mayEnd.includes(code);
