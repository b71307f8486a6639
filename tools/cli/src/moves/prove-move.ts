import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type EpochMs, groupBy, isTerminalState } from '@vecino/foundation';
import { type TenantRun } from '@vecino/temporal';

/** A request of the tenant, as it lies on the request topic. */
export interface SeenRequest {
  readonly deploymentId: string;
  readonly routerId: string;
  readonly partition: number;
  readonly offset: number;
}

/** What is known of a tenant's work over a stretch of time. */
export interface MoveEvidence {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly requests: readonly SeenRequest[];
  readonly statuses: readonly NetworkDeploymentStatus[];
  /** Of every namespace that it was in. */
  readonly runs: readonly TenantRun[];
}

/** That nothing was lost or done twice, in numbers. */
export interface MoveProof {
  readonly from: string;
  readonly to: string;
  /** Records on the request topic. */
  readonly requests: number;
  /** Deployments that they ask for. */
  readonly deployments: number;
  /** Of those, how many have a workflow. */
  readonly started: number;
  /** … how many have ended … */
  readonly terminals: number;
  /** … and how many are on their way. */
  readonly under_way: number;
  /** Nobody has heard of them. */
  readonly lost: readonly string[];
  /** More than one workflow, or two different ends. */
  readonly doubled: readonly string[];
  /** Started before an earlier request for the same router. */
  readonly out_of_order: readonly string[];
  readonly ok: boolean;
}

/** Pure. */
export function proveMove({ from, to, requests, statuses, runs }: MoveEvidence): MoveProof {
  const ids = [...new Set(requests.map(({ deploymentId }) => deploymentId))];
  const told = groupBy(statuses, (status) => status.deployment_id);
  // One that never got its first task is terminated and started again, under the same id.
  const real = groupBy(
    runs.filter(({ status }) => status !== 'TERMINATED'),
    (run) => run.deploymentId,
  );
  const any = groupBy(runs, (run) => run.deploymentId);
  const endsOf = (id: string) =>
    new Set((told.get(id) ?? []).filter(({ state }) => isTerminalState(state)).map(({ state }) => state));
  const lost = ids.filter((id) => !told.has(id) && !any.has(id));
  const doubled = ids.filter((id) => (real.get(id)?.length ?? 0) > 1 || endsOf(id).size > 1);
  const outOfOrder = outOfOrderOf(requests, any);
  const terminals = ids.filter((id) => endsOf(id).size > 0).length;
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    requests: requests.length,
    deployments: ids.length,
    started: ids.filter((id) => any.has(id)).length,
    terminals,
    under_way: ids.length - terminals - lost.length,
    lost,
    doubled,
    out_of_order: outOfOrder,
    ok: lost.length + doubled.length + outOfOrder.length === 0,
  };
}

/** Deployments that started earlier than one that was asked for before, for the same router in the same partition. */
function outOfOrderOf(
  requests: readonly SeenRequest[],
  runs: ReadonlyMap<string, readonly TenantRun[]>,
): string[] {
  const byRouter = groupBy(requests, ({ partition, routerId }) => `${partition}/${routerId}`);
  return [...byRouter.values()].flatMap((line) => {
    const seen = new Set<string>();
    let latest = -Infinity;
    return line
      .toSorted((a, b) => a.offset - b.offset)
      .flatMap(({ deploymentId }) => {
        const started = runs.get(deploymentId)?.map(({ startedAt }) => startedAt);
        if (started === undefined || seen.has(deploymentId)) return [];
        seen.add(deploymentId);
        const first = Math.min(...started);
        if (first < latest) return [deploymentId];
        latest = first;
        return [];
      });
  });
}

/** The same for people. */
export function proofText(proof: MoveProof): string {
  const named = (what: string, ids: readonly string[]) =>
    `${ids.length} ${what}${ids.length === 0 ? '' : `: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ' …' : ''}`}`;
  return [
    `From ${proof.from} to ${proof.to}:`,
    `  ${proof.requests} requests on the topic, for ${proof.deployments} deployments`,
    `  ${proof.started} started, ${proof.terminals} ended, ${proof.under_way} on their way`,
    `  ${named('lost', proof.lost)}; ${named('doubled', proof.doubled)}; ${named('out of order', proof.out_of_order)}`,
  ].join('\n');
}
