import { condition, proxyActivities, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { FIRST_PHASE_SEQUENCE, type PhaseState } from '@vecino/foundation';
import type { DeploymentInput } from '../api/deployment-input.js';
import type { StatusChange } from '../api/gate-protocol.js';
import { PROJECTOR_TASK_QUEUE } from '../api/names.js';
import type { ProjectorActivities } from '../api/projector-activities.js';
import { stateAttribute } from '../api/search-attributes.js';

const { publishStatuses } = proxyActivities<Pick<ProjectorActivities, 'publishStatuses'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  startToCloseTimeout: '5 seconds',
  retry: { initialInterval: '100ms', maximumInterval: '5 seconds' },
});

/** A deployment waits this long at its end for its last phases to be published; its terminal says more than they do. */
const LAST_PHASES_GRACE_MS = 2_000;

/**
 * Reports the phases of an upgrade beside the work, never in its way: phases that come while a publish is under way
 * travel together in the next one.
 */
export class PhaseReporter {
  readonly #input: DeploymentInput;
  #outbox: StatusChange[] = [];
  #sequence = FIRST_PHASE_SEQUENCE;
  #publishing = false;

  constructor(input: DeploymentInput) {
    this.#input = input;
  }

  enter(state: PhaseState, details?: Record<string, string>): void {
    const { deploymentId, routerId, softwareVersion, traceparent, tracestate } = this.#input;
    const { workflowId, runId } = workflowInfo();
    upsertSearchAttributes(stateAttribute(state));
    this.#outbox.push({
      deploymentId,
      routerId,
      softwareVersion,
      state,
      sequence: this.#sequence++,
      occurredAt: Date.now(),
      workflowId,
      runId,
      ...(details === undefined ? {} : { details }),
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(tracestate === undefined ? {} : { tracestate }),
    });
    if (!this.#publishing) void this.publish();
  }

  /** Resolves when every phase is published, or when the grace is over. */
  async flush(): Promise<void> {
    if (this.#publishing) await condition(() => !this.#publishing, LAST_PHASES_GRACE_MS);
  }

  private async publish(): Promise<void> {
    this.#publishing = true;
    const { tenantId, statusFormat: format } = this.#input;
    while (this.#outbox.length > 0) {
      const changes = this.#outbox;
      this.#outbox = [];
      await publishStatuses({ tenantId, format, changes });
    }
    this.#publishing = false;
  }
}
