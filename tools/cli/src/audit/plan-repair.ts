import { type Gap } from './find-gaps.js';
import { type AskedRecord } from './read-topics.js';

/** Why a request that has no terminal is not sent again. */
export type NoRepair =
  /** Nothing is lost, or nobody can say. */
  | 'NOT_LOST'
  /** The record itself is at fault. */
  | 'FAULTY'
  | 'UNKNOWN_TENANT'
  /** One of its statuses cannot be read: it may have told its end. */
  | 'STATUS_UNREADABLE'
  /** Deployments of its router that were asked for later are not lost: sent now, it would come after them. */
  | 'OVERTAKEN';

export interface LeftAlone {
  readonly gap: Gap;
  readonly code: NoRepair;
}

export interface Repair {
  readonly gap: Gap;
  readonly record: AskedRecord;
}

export interface RepairPlan {
  /** In the order of their partitions: so that a router's stay in their order. */
  readonly due: readonly Repair[];
  readonly left: readonly LeftAlone[];
}

/** What is sent again, with its own id: its gate takes it, or tells once more what it knows of it. Pure. */
export function planRepair(
  gaps: readonly Gap[],
  requests: readonly AskedRecord[],
  isTenant: (tenantId: string) => boolean,
): RepairPlan {
  const untrusted = new Set(gaps.filter(({ kind }) => kind === 'unreadable-status').map(nameOf));
  const isLost = (gap: Gap) => gap.standing === 'lost' && !untrusted.has(nameOf(gap));
  const lost = new Set(gaps.filter(isLost).map(nameOf));
  const due: Repair[] = [];
  const left: LeftAlone[] = [];
  for (const gap of gaps) {
    const code = whyNot(gap, requests, lost, isTenant);
    if (code === undefined && gap.record !== undefined) due.push({ gap, record: gap.record });
    else left.push({ gap, code: code ?? 'NOT_LOST' });
  }
  return { due: due.toSorted(byPlace), left };
}

function whyNot(
  gap: Gap,
  requests: readonly AskedRecord[],
  lost: ReadonlySet<string>,
  isTenant: (tenantId: string) => boolean,
): NoRepair | undefined {
  const { record, standing, tenantId } = gap;
  if (record === undefined || (standing !== 'lost' && standing !== 'untold')) return 'NOT_LOST';
  if (!isTenant(tenantId)) return 'UNKNOWN_TENANT';
  if (!record.fates.includes('taken')) return 'FAULTY';
  // What has ended is told again and not done again.
  if (standing === 'untold') return undefined;
  if (!lost.has(nameOf(gap))) return 'STATUS_UNREADABLE';
  return isOvertaken(record, requests, lost) ? 'OVERTAKEN' : undefined;
}

/** Others are later or earlier by their first record: what was sent again keeps the turn that it had. */
function isOvertaken(
  record: AskedRecord,
  requests: readonly AskedRecord[],
  lost: ReadonlySet<string>,
): boolean {
  const rivals = requests.filter(
    (other) =>
      other.tenantId === record.tenantId &&
      (other.routerId === record.routerId || other.routerIp === record.routerIp) &&
      !lost.has(nameOf(other)),
  );
  const earlier = new Set(rivals.filter((rival) => isBefore(rival, record)).map(nameOf));
  return rivals.some((rival) => !earlier.has(nameOf(rival)));
}

/** Between partitions times decide; within one they may be the same, as records of a batch have one. */
const isBefore = (a: AskedRecord, b: AskedRecord): boolean =>
  a.partition === b.partition ? a.offset < b.offset : a.timestamp < b.timestamp;

const nameOf = ({ tenantId, deploymentId }: Pick<AskedRecord, 'tenantId' | 'deploymentId'>): string =>
  `${tenantId}/${deploymentId}`;

const byPlace = ({ record: a }: Repair, { record: b }: Repair): number =>
  a.partition - b.partition || a.offset - b.offset;
