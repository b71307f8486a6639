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
  /** Later requests for its router were not lost: sent now, it would come after them. */
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
  const lost = new Set(
    gaps.flatMap((gap) =>
      gap.record !== undefined && gap.standing === 'lost' && !untrusted.has(nameOf(gap)) ? [gap.record] : [],
    ),
  );
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
  { record, standing, tenantId }: Gap,
  requests: readonly AskedRecord[],
  lost: ReadonlySet<AskedRecord>,
  isTenant: (tenantId: string) => boolean,
): NoRepair | undefined {
  if (record === undefined || (standing !== 'lost' && standing !== 'untold')) return 'NOT_LOST';
  if (!isTenant(tenantId)) return 'UNKNOWN_TENANT';
  if (!record.fates.includes('taken')) return 'FAULTY';
  // What has ended is told again and not done again.
  if (standing === 'untold') return undefined;
  if (!lost.has(record)) return 'STATUS_UNREADABLE';
  const isLater = (other: AskedRecord) =>
    other.tenantId === tenantId &&
    (other.routerId === record.routerId || other.routerIp === record.routerIp) &&
    other.timestamp >= record.timestamp &&
    other.deploymentId !== record.deploymentId &&
    !lost.has(other);
  return requests.some(isLater) ? 'OVERTAKEN' : undefined;
}

const nameOf = ({ tenantId, deploymentId }: Gap): string => `${tenantId}/${deploymentId}`;

const byPlace = ({ record: a }: Repair, { record: b }: Repair): number =>
  a.partition - b.partition || a.offset - b.offset;
