import { groupBy } from '@vecino/foundation';
import type { Deployment } from '../case-file.js';
import type { StatusRecord } from '../evidence/kafka-records.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I2: one terminal per deployment, and a repeated record is the identical event. An event has one `event_id` and one place in the
 * sequence of one deployment, both ways, however often it is published. What a repetition may say otherwise is when, and in
 * which words: a gate that has forgotten a deployment answers again from its workflow's history.
 */
export const oneTerminal: Judge = ({ evidence, deployments }) => {
  const all = [...deployments.values()];
  return {
    findings: [
      ...all.flatMap(twoTerminals),
      ...all.flatMap(twoEventsInOnePlace),
      ...sharedEventIds(evidence.statuses),
    ],
    judged: evidence.statuses.length,
  };
};

function twoTerminals({ name, terminals }: Deployment): Finding[] {
  const [first] = terminals;
  const other = terminals.find((end) => first !== undefined && !saysTheSame(first, end));
  if (first === undefined || other === undefined) return [];
  return [
    { subject: name, text: `has two terminals: ${say(first)} and ${say(other)}`, records: [first, other] },
  ];
}

const saysTheSame = ({ status: a }: StatusRecord, { status: b }: StatusRecord): boolean =>
  a.event_id === b.event_id &&
  a.state === b.state &&
  a.sequence === b.sequence &&
  a.reason?.code === b.reason?.code &&
  a.router_id === b.router_id &&
  a.software_version === b.software_version;

const say = ({ status: { state, reason, event_id } }: StatusRecord): string =>
  `${state}/${reason?.code} (event ${event_id})`;

/** Before the terminal; of that `twoTerminals` tells. */
function twoEventsInOnePlace({ name, statuses, terminals }: Deployment): Finding[] {
  if (statuses.length === 0) return [];
  const ends = new Set(terminals);
  const before = statuses.filter((record) => !ends.has(record));
  return [...groupBy(before, ({ status }) => status.sequence)].flatMap(([sequence, told]) => {
    const [first] = told;
    const other = told.find(
      ({ status }) => status.event_id !== first?.status.event_id || status.state !== first.status.state,
    );
    if (first === undefined || other === undefined) return [];
    const text = `sequence ${sequence} is ${first.status.state} (event ${first.status.event_id}) and ${other.status.state} (event ${other.status.event_id})`;
    return [{ subject: name, text, records: [first, other] }];
  });
}

/** One event id for two deployments, or for two places of one. */
const sharedEventIds = (statuses: readonly StatusRecord[]): Finding[] =>
  [...groupBy(statuses, ({ status }) => status.event_id)].flatMap(([eventId, told]) => {
    const [first] = told;
    const other = told.find((record) => first !== undefined && subjectOf(record) !== subjectOf(first));
    if (first === undefined || other === undefined) return [];
    const text = `is of ${subjectOf(first)} and of ${subjectOf(other)}`;
    return [{ subject: `event ${eventId}`, text, records: [first, other] }];
  });

const subjectOf = ({ status: { tenant_id, deployment_id, sequence } }: StatusRecord): string =>
  `${tenant_id}/${deployment_id} ${sequence}`;
