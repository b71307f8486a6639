import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import { deploymentWorkflowId, parseDeploymentWorkflowId, PROJECTOR_TASK_QUEUE } from '../api/names.js';
import type { ClosedDeployment, ProjectorActivities } from '../api/projector-activities.js';

const { awaitAny } = proxyActivities<Pick<ProjectorActivities, 'awaitAny'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '200ms', maximumInterval: '5 seconds' },
});

/**
 * Hears of the end of deployments that are not this run's own children: one activity waits for all of them, on the
 * projector's task queue, so that the wait never takes one of the tenant's slots.
 */
export class Adoption {
  readonly #tenantId: string;
  readonly #closed: (deploymentId: string, closed: ClosedDeployment) => void;
  readonly #adopted = new Set<string>();
  #changes = 0;

  constructor(tenantId: string, closed: (deploymentId: string, closed: ClosedDeployment) => void) {
    this.#tenantId = tenantId;
    this.#closed = closed;
  }

  add(deploymentId: string): void {
    this.#adopted.add(deploymentId);
    this.#changes += 1;
  }

  run(): void {
    void this.waitForever();
  }

  private async waitForever(): Promise<void> {
    for (;;) {
      await condition(() => this.#adopted.size > 0);
      for (const closed of await this.waitForSome()) {
        const deploymentId = parseDeploymentWorkflowId(closed.workflowId)?.deploymentId;
        if (deploymentId === undefined || !this.#adopted.delete(deploymentId)) continue;
        this.#closed(deploymentId, closed);
      }
    }
  }

  /** Closes among the adopted; none when the set has grown meanwhile and must be asked for anew. */
  private async waitForSome(): Promise<readonly ClosedDeployment[]> {
    const asked = this.#changes;
    const workflowIds = [...this.#adopted].map((id) => deploymentWorkflowId(this.#tenantId, id));
    const scope = new CancellationScope();
    const answer = scope
      .run(() => awaitAny({ workflowIds }))
      .catch((error: unknown) => {
        if (isCancellation(error)) return [];
        throw error;
      });
    const grown = condition(() => this.#changes !== asked).then(() => 'grown' as const);
    const first = await Promise.race([answer, grown]);
    if (first !== 'grown') return first;
    scope.cancel();
    return answer;
  }
}
