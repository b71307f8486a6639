import { type Evidence, type Fate } from '@vecino/audit';
import { type Registry, tenantOf } from '@vecino/tenancy';
import { type AskedRecord } from './read-topics.js';

export interface Surroundings extends Pick<
  Evidence,
  'requestTopic' | 'deadLetters' | 'statuses' | 'executions'
> {
  readonly registry: Registry;
}

/**
 * What each record may have come to. The registry says who is a tenant now, and not who was one then: what has left a trace had a
 * tenant, and whose tenant is unknown may have had one. Pure.
 */
export function withFates(records: readonly AskedRecord[], around: Surroundings): AskedRecord[] {
  const { registry, requestTopic, deadLetters, statuses, executions } = around;
  const refusals = new Map(
    deadLetters
      .filter(({ original, code }) => original.topic === requestTopic && code !== 'ID_REUSED')
      .map(({ original, code }) => [`${original.partition}/${original.offset}`, code]),
  );
  const ran = new Set(executions.map(nameOf));
  const told = new Set(statuses.map(({ status }) => nameOfStatus(status)));
  const outside = new Set(
    statuses
      .filter(
        ({ status }) => status.state === 'REJECTED' && status.reason?.code === 'ROUTER_OUTSIDE_NETWORKS',
      )
      .map(({ status }) => nameOfStatus(status)),
  );
  return records.map((record) => {
    const name = nameOf(record);
    const fates = fatesOf({
      isTenant: tenantOf(registry, record.tenantId) !== undefined,
      hasTrace: told.has(name) || ran.has(name),
      isFaulty: record.fates.includes('refused') || (outside.has(name) && !ran.has(name)),
      refusal: refusals.get(`${record.partition}/${record.offset}`),
    });
    return { ...record, fates };
  });
}

interface Signs {
  readonly isTenant: boolean;
  readonly hasTrace: boolean;
  readonly isFaulty: boolean;
  /** Reason of its dead letter. */
  readonly refusal: string | undefined;
}

function fatesOf({ isTenant, hasTrace, isFaulty, refusal }: Signs): readonly Fate[] {
  const delivered: Fate = isFaulty ? 'refused' : 'taken';
  if (refusal === 'UNKNOWN_TENANT') return hasTrace ? [delivered, 'undeliverable'] : ['undeliverable'];
  if (!isTenant && !hasTrace) return isFaulty ? ['undeliverable'] : ['taken', 'undeliverable'];
  return refusal === undefined || isFaulty ? [delivered] : ['taken', 'refused'];
}

const nameOf = ({ tenantId, deploymentId }: { readonly tenantId: string; readonly deploymentId: string }) =>
  `${tenantId}/${deploymentId}`;
const nameOfStatus = (status: { readonly tenant_id: string; readonly deployment_id: string }) =>
  `${status.tenant_id}/${status.deployment_id}`;
