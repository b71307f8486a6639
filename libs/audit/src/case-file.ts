import { groupBy, isTerminalState } from '@vecino/foundation';
import type { Evidence } from './evidence/evidence.js';
import type { DeadLetterRecord, RequestRecord, StatusRecord } from './evidence/kafka-records.js';
import type { LedgerEntry } from './evidence/load-records.js';
import type { Execution } from './evidence/platform-records.js';

/** A deployment that somebody asked for, and all that became of it. */
export interface Deployment {
  /** `<tenant>/<deployment>`. */
  readonly name: string;
  readonly tenantId: string;
  readonly deploymentId: string;
  /** Records that name it and may have been taken to its gate, by time. */
  readonly records: readonly RequestRecord[];
  /** The one that it works for. */
  readonly asked: RequestRecord;
  /** Its router, by the name that the router itself has. */
  readonly router: string;
  /** In the order of their topic. */
  readonly statuses: readonly StatusRecord[];
  readonly terminals: readonly StatusRecord[];
  /** By their start, without those that never ran. */
  readonly executions: readonly Execution[];
}

/** The evidence, sorted by what it is about. Made once for all judges. */
export interface CaseFile {
  readonly evidence: Evidence;
  readonly deployments: ReadonlyMap<string, Deployment>;
  lettersOf(record: RequestRecord): readonly DeadLetterRecord[];
  /** What was sent as this record; undefined where nobody sent it. */
  sentAs(record: RequestRecord): LedgerEntry | undefined;
  /** The record as which it lies on the topic, where it does. */
  recordOf(entry: LedgerEntry): RequestRecord | undefined;
}

export const nameOf = ({ tenantId, deploymentId }: { tenantId: string; deploymentId: string }): string =>
  `${tenantId}/${deploymentId}`;

export const placeOf = ({ partition, offset }: { partition: number; offset: number }): string =>
  `${partition}/${offset}`;

export const isReused = ({ code }: DeadLetterRecord): boolean => code === 'ID_REUSED';

export function openCase(evidence: Evidence): CaseFile {
  const { ledger, requests, requestTopic } = evidence;
  const letters = groupBy(
    evidence.deadLetters.filter(({ original }) => original.topic === requestTopic),
    ({ original }) => placeOf(original),
  );
  const lettersOf = (record: RequestRecord) => letters.get(placeOf(record)) ?? [];
  const byPlace = new Map(requests.map((record) => [placeOf(record), record]));
  const byDigest = new Map(requests.map((record) => [record.digest, record]));
  const sentBy = new Map(ledger.map((entry) => [entry.digest, entry]));
  return {
    evidence,
    deployments: deploymentsOf(evidence, lettersOf),
    lettersOf,
    sentAs: ({ digest }) => sentBy.get(digest),
    recordOf: ({ at, digest }) => (at === undefined ? byDigest.get(digest) : byPlace.get(placeOf(at))),
  };
}

function deploymentsOf(
  { requests, statuses, executions, routers }: Evidence,
  lettersOf: CaseFile['lettersOf'],
): Map<string, Deployment> {
  const told = groupBy(byTopic(statuses), ({ status }) => `${status.tenant_id}/${status.deployment_id}`);
  const ran = groupBy(
    executions.filter(({ neverRan = false }) => !neverRan).toSorted((a, b) => a.started - b.started),
    nameOf,
  );
  const routerAt = new Map(routers.map(({ address, routerId }) => [address, routerId]));
  const deployments = new Map<string, Deployment>();
  for (const [name, records] of groupBy(byTime(requests.filter(mayReachItsGate)), nameOf)) {
    const own = ran.get(name) ?? [];
    const asked = askedBy(records, own.length > 0, lettersOf);
    const { tenantId, deploymentId } = asked;
    const ownStatuses = told.get(name) ?? [];
    deployments.set(name, {
      name,
      tenantId,
      deploymentId,
      records,
      asked,
      router: routerAt.get(asked.routerIp) ?? asked.routerId,
      statuses: ownStatuses,
      terminals: ownStatuses.filter(({ status }) => isTerminalState(status.state)),
      executions: own,
    });
  }
  return deployments;
}

const mayReachItsGate = ({ fates }: RequestRecord): boolean =>
  fates.includes('taken') || fates.includes('refused');

/** Of records with one id the first that was not refused for that; what ran was no faulty one. */
function askedBy(
  records: readonly RequestRecord[],
  ran: boolean,
  lettersOf: CaseFile['lettersOf'],
): RequestRecord {
  const own = records.filter((record) => !lettersOf(record).some(isReused));
  const sound = ran ? own.find(({ fates }) => fates.includes('taken')) : undefined;
  return sound ?? own[0] ?? (records[0] as RequestRecord);
}

const byTime = (records: readonly RequestRecord[]): RequestRecord[] =>
  records.toSorted((a, b) => a.timestamp - b.timestamp || a.partition - b.partition || a.offset - b.offset);

/** What lies on a foreign topic comes last: there is no order between two topics. */
const byTopic = (statuses: readonly StatusRecord[]): StatusRecord[] =>
  statuses.toSorted((a, b) => Number(isStray(a)) - Number(isStray(b)) || a.offset - b.offset);

export const isStray = ({ owner, status }: StatusRecord): boolean => owner !== status.tenant_id;
