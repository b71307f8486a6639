import {
  CancellationScope,
  condition,
  log,
  proxyActivities,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  FIRST_PHASE_SEQUENCE,
  GATE_SEQUENCE,
  type DeploymentState,
  type EpochMs,
  type PhaseState,
  type Reason,
  traceHeadersOf,
} from '@vecino/foundation';
import type { DeploymentInput } from '../api/deployment-input.js';
import type { Measured, StatusChange } from '../api/gate-protocol.js';
import { PROJECTOR_TASK_QUEUE } from '../api/names.js';
import type { ProjectorActivities } from '../api/projector-activities.js';
import { stateAttribute } from '../api/search-attributes.js';
import { detailsOf } from '../gate/status-change.js';

const { publishStatuses } = proxyActivities<Pick<ProjectorActivities, 'publishStatuses'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  // A deployment never waits longer than this for its statuses: what is not published by then travels with the next ones.
  scheduleToCloseTimeout: '5 seconds',
  retry: { initialInterval: '100ms', maximumInterval: '1 second' },
});

/** What a status says beside its state. */
interface Told {
  readonly details?: Record<string, string> | undefined;
  readonly reason?: Reason | undefined;
  readonly measured?: Measured | undefined;
}

/**
 * Reports the phases of an upgrade beside the work, never in its way: phases that come while a publish is under way
 * travel together in the next one.
 */
export class PhaseReporter {
  readonly #input: DeploymentInput;
  readonly #phases: { readonly state: PhaseState; readonly at: EpochMs }[] = [];
  #state: DeploymentState = 'STARTED';
  #startedAt = 0;
  #outbox: StatusChange[] = [];
  #sequence = FIRST_PHASE_SEQUENCE;
  #publishing = false;
  #finishing = false;

  constructor(input: DeploymentInput) {
    this.#input = input;
  }

  /** The workflow has its first task: told together with ACCEPTED where that has not been told, and with the first phase. */
  started(): void {
    const { acceptedAt } = this.#input;
    if (acceptedAt !== undefined) this.tell('ACCEPTED', GATE_SEQUENCE.ACCEPTED, acceptedAt);
    this.#startedAt = Date.now();
    const { taken } = this.#input;
    const measured = taken && { requestedAt: taken.at, waitCause: taken.waitCause };
    this.tell('STARTED', GATE_SEQUENCE.STARTED, this.#startedAt, { measured });
  }

  /** What its gate tells of it with the terminal. */
  get measured(): Pick<Measured, 'startedAt' | 'left'> {
    return { startedAt: this.#startedAt, ...this.left() };
  }

  get phases(): readonly { readonly state: PhaseState; readonly at: EpochMs }[] {
    return this.#phases;
  }

  enter(state: PhaseState, details?: Record<string, string>, reason?: Reason): void {
    upsertSearchAttributes(stateAttribute(state));
    const measured = this.left();
    this.#state = state;
    this.#phases.push({ state, at: Date.now() });
    this.tellNow({ details, reason, measured });
  }

  /** How far the phase under way is. */
  note(details: Record<string, string>): void {
    this.tellNow({ details });
  }

  /** Answers a command that changes nothing. */
  answer(reason: Reason, commandId: string): void {
    this.tellNow({ details: { command_id: commandId }, reason });
  }

  /** Publishes what is left, or gives it up after one more try: for an end that carries no outcome to the gate. */
  async flush(): Promise<void> {
    await condition(() => !this.#publishing);
    if (this.#outbox.length > 0) await this.publishOnce();
  }

  /** Lets the publish under way end; what is still untold then is for the gate to tell, with the outcome. */
  async finish(): Promise<readonly StatusChange[]> {
    this.#finishing = true;
    await condition(() => !this.#publishing);
    return this.#outbox;
  }

  /** The phase under way, as if it ended now. */
  private left(): Pick<Measured, 'left'> {
    const phase = this.#phases.at(-1);
    return phase === undefined ? {} : { left: { state: phase.state, ms: Date.now() - phase.at } };
  }

  private tellNow(more: Told): void {
    this.tell(this.#state, this.#sequence++, Date.now(), more);
    // A cancelled deployment still says how far it came.
    if (!this.#publishing && !this.#finishing) void CancellationScope.nonCancellable(() => this.publish());
  }

  private tell(
    state: DeploymentState,
    sequence: number,
    occurredAt: EpochMs,
    { details, reason, measured }: Told = {},
  ): void {
    const { deploymentId, routerId, softwareVersion } = this.#input;
    const { workflowId, runId } = workflowInfo();
    this.#outbox.push({
      deploymentId,
      routerId,
      softwareVersion,
      state,
      sequence,
      occurredAt,
      workflowId,
      runId,
      ...detailsOf(this.#input, details),
      ...(reason === undefined ? {} : { reason }),
      ...(measured === undefined || Object.keys(measured).length === 0 ? {} : { measured }),
      ...traceHeadersOf(this.#input),
    });
  }

  private async publish(): Promise<void> {
    this.#publishing = true;
    while (this.#outbox.length > 0 && !this.#finishing) await this.publishOnce();
    this.#publishing = false;
  }

  private async publishOnce(): Promise<void> {
    const { tenantId, statusFormat: format } = this.#input;
    const changes = this.#outbox;
    this.#outbox = [];
    await publishStatuses({ tenantId, format, changes }).catch((error: unknown) => {
      log.warn('phases not published yet', { error: String(error) });
      this.#outbox.unshift(...changes);
    });
  }
}
