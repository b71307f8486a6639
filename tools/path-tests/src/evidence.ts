import { type Evidence, type LedgerEntry, NO_EVIDENCE, type RequestRecord } from '@vecino/audit';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type SentRequest } from './sent-request.js';

export interface Seen extends Partial<Omit<Evidence, 'statuses' | 'requests' | 'ledger'>> {
  /** In the order of the partitions: a router's all lie in one. */
  readonly sent: readonly SentRequest[];
  /** Of each tenant in the order of its topic. */
  readonly statuses: readonly NetworkDeploymentStatus[];
  /** When a tenant's first terminal of a deployment was on its topic, where it was looked at. */
  readonly endedAt?: (tenantId: string, deploymentId: string) => number | undefined;
}

/**
 * What a test on the whole platform knows, as the judge takes it. What was sent stands for what lies on the request topic; which records
 * became dead letters is not looked at.
 */
export function evidenceOf({ sent, statuses, endedAt, ...more }: Seen): Evidence {
  const partitions = new Map<string, number>();
  const partitionOf = ({ tenantId, routerId }: SentRequest): number => {
    const router = `${tenantId}/${routerId}`;
    const partition = partitions.get(router) ?? partitions.size;
    partitions.set(router, partition);
    return partition;
  };
  return {
    ...NO_EVIDENCE,
    ...more,
    requests: sent.map((request, offset) => recordOf(request, partitionOf(request), offset)),
    ledger: sent.map(ledgerEntryOf),
    statuses: statuses.map((status, offset) => ({
      owner: status.tenant_id,
      offset,
      // What was told last is the latest in any case, where nobody looked.
      timestamp: endedAt?.(status.tenant_id, status.deployment_id) ?? Infinity,
      status,
    })),
  };
}

function recordOf(request: SentRequest, partition: number, offset: number): RequestRecord {
  const { tenantId, deploymentId, routerId, routerIp, softwareVersion, sentAt } = request;
  const asked = { tenantId, deploymentId, routerId, routerIp, softwareVersion };
  return {
    ...asked,
    partition,
    offset,
    timestamp: sentAt,
    content: JSON.stringify(asked),
    digest: String(offset),
    fates: ['taken'],
  };
}

function ledgerEntryOf(request: SentRequest, index: number): LedgerEntry {
  const { tenantId, deploymentId: requestId, routerId, routerIp, softwareVersion, mayEnd, sentAt } = request;
  const asked = { tenantId, requestId, routerId, routerIp, softwareVersion };
  return { ...asked, mayEnd, sentAt, outcome: 'ok', digest: String(index) };
}
