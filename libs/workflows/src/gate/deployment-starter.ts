import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ChildWorkflowCancellationType, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { traceHeadersOf, type WaitCause } from '@vecino/foundation';
import type { DeploymentInput } from '../api/deployment-input.js';
import type { TenantSettings } from '../api/gate-protocol.js';
import { deploymentWorkflowId } from '../api/names.js';
import type { ClosedDeployment } from '../api/projector-activities.js';
import { deploymentAttributes } from '../api/search-attributes.js';
import { NetworkDeploymentWorkflow } from '../deployment/network-deployment-workflow.js';
import { inRequestTrace } from '../tracing/request-trace.js';
import { childCloseOf } from './child-close.js';
import type { TakenItem } from './carried.js';
import type { GateBook } from './gate-book.js';
import { DEPLOYMENT_TIMEOUT_MS } from './deployment-timeout.js';

export interface StarterEvents {
  readonly closed: (deploymentId: string, closed: ClosedDeployment) => void;
  /** The deployment's workflow exists already: of this request from before a crash, or of an earlier record with this id. */
  readonly adopt: (deploymentId: string) => void;
  readonly changed: () => void;
}

/** Starts the workflows of admitted deployments, or finds that they are there. */
export class DeploymentStarter {
  readonly #book: GateBook;
  readonly #on: StarterEvents;
  readonly #starting = new Set<string>();

  constructor(book: GateBook, on: StarterEvents) {
    this.#book = book;
    this.#on = on;
  }

  /** Starts whose answer is outstanding: until there are none the gate must not continue as new. */
  get starting(): number {
    return this.#starting.size;
  }

  /** Whether nobody knows yet that the deployment's workflow is there. */
  isStarting(deploymentId: string): boolean {
    return this.#starting.has(deploymentId);
  }

  /** `again` where the workflow of this id never got a first task and was terminated for that. */
  start(item: TakenItem, options: { readonly again?: boolean } = {}): void {
    this.#starting.add(item.deploymentId);
    void this.startOrAdopt(item, options.again ?? false).finally(() => this.#on.changed());
  }

  private async startOrAdopt(item: TakenItem, again: boolean): Promise<void> {
    const { settings } = this.#book;
    const workflowId = deploymentWorkflowId(settings.tenantId, item.deploymentId);
    const waitCause = this.#book.waitCauseOf(item.deploymentId);
    const input = inputOf(item, settings, waitCause, this.#book.handOver(item.deploymentId));
    let child: Awaited<ReturnType<typeof launch>>;
    try {
      child = await inRequestTrace(item, () => launch(item, input, settings, workflowId, again));
    } catch (error) {
      this.#starting.delete(item.deploymentId);
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      this.#on.adopt(item.deploymentId);
      return;
    }
    this.#starting.delete(item.deploymentId);
    const runId = child.firstExecutionRunId;
    this.#book.started(item.deploymentId, runId);
    this.#on.changed();
    await child.result().then(
      (outcome) => this.#on.closed(item.deploymentId, { workflowId, runId, kind: 'completed', outcome }),
      (error: unknown) => this.#on.closed(item.deploymentId, childCloseOf(workflowId, runId, error)),
    );
  }
}

function launch(
  item: TakenItem,
  input: DeploymentInput,
  settings: TenantSettings,
  workflowId: string,
  again: boolean,
) {
  return startChild(NetworkDeploymentWorkflow, {
    workflowId,
    args: [input],
    taskQueue: settings.taskQueue,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
    workflowExecutionTimeout: DEPLOYMENT_TIMEOUT_MS,
    // A change of weight holds from the next deployment on; its activities inherit it. A request's priority stays in the gate:
    // in a queue that tenants share it would beat the fairness between them.
    ...(settings.weight === undefined
      ? {}
      : { priority: { fairnessKey: settings.tenantId, fairnessWeight: settings.weight } }),
    memo: { tenantId: settings.tenantId, fingerprint: item.fingerprint },
    typedSearchAttributes: deploymentAttributes(
      { ...item, tenantId: settings.tenantId, tier: settings.tier },
      'STARTED',
    ),
    staticSummary: `${item.routerId} → ${item.softwareVersion}`,
  });
}

const inputOf = (
  item: TakenItem,
  settings: TenantSettings,
  waitCause: WaitCause,
  acceptedAt: number | undefined,
): DeploymentInput => ({
  ...(acceptedAt === undefined ? {} : { acceptedAt }),
  tenantId: settings.tenantId,
  tier: settings.tier,
  statusFormat: settings.statusFormat,
  deploymentId: item.deploymentId,
  routerId: item.routerId,
  routerIp: item.routerIp,
  softwareVersion: item.softwareVersion,
  taken: { at: item.timestamp, waitCause },
  ...(item.requestedAt === undefined ? {} : { requestedAt: item.requestedAt }),
  ...(item.requestedBy === undefined ? {} : { requestedBy: item.requestedBy }),
  ...(item.retryOf === undefined ? {} : { retryOf: item.retryOf }),
  ...traceHeadersOf(item),
});
