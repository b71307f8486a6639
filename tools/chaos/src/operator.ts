import { isTerminalState } from '@vecino/foundation';
import { startVecino } from '@vecino/path-tests';
import { gateWorkflowId, loadQuery } from '@vecino/workflows';
import { ROUGH } from './chaos-tenants.js';
import { type Ground } from './ground.js';
import { controlOf } from './router-control.js';

/**
 * Whoever sees to the routers that nobody may touch any more: makes each work again, and lets go of it. Without them a
 * quarantined router's next requests would wait for ever, as they must.
 */
export class Operator {
  readonly #ground: Ground;
  readonly #unlocked = new Set<string>();
  readonly #refusals = new Map<string, number>();
  #busy = false;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Deployments whose routers were let go of. */
  get unlocked(): ReadonlySet<string> {
    return this.#unlocked;
  }

  async lookAfterRouters(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (await this.#isAnyQuarantined()) await this.#unlockAll();
    } catch {
      // Something is broken just now: the next look will do.
    } finally {
      this.#busy = false;
    }
  }

  async #isAnyQuarantined(): Promise<boolean> {
    const { temporal } = this.#ground.platform.path;
    const { quarantined } = await temporal.workflow.getHandle(gateWorkflowId(ROUGH.id)).query(loadQuery);
    return quarantined > 0;
  }

  async #unlockAll(): Promise<void> {
    const control = controlOf(this.#ground);
    for (const { tenant_id, deployment_id, router_id, state, reason } of this.#ground.watch.statuses) {
      if (tenant_id !== ROUGH.id || !isTerminalState(state) || this.#unlocked.has(deployment_id)) continue;
      if (!MAY_BE_LOCKED.includes(reason?.code ?? '')) continue;
      const refusals = this.#refusals.get(deployment_id) ?? 0;
      if (refusals >= ASKED_AT_MOST) continue;
      await control.clearFaults(router_id);
      if (!(await control.router(router_id)).up) await control.power(router_id, 'on');
      const { code } = await startVecino(this.#ground.platform, ['unlock', deployment_id, '--yes']).ended;
      if (code === UNLOCKED) this.#unlocked.add(deployment_id);
      else this.#refusals.set(deployment_id, refusals + 1);
    }
  }
}

const UNLOCKED = 0;
/** One that still settles is refused at first, and one that settled by itself always. */
const ASKED_AT_MOST = 6;
const MAY_BE_LOCKED: readonly string[] = [
  'DEVICE_STATE_UNKNOWN',
  'DEVICE_DID_NOT_RETURN',
  'ROLLBACK_FAILED',
  'TERMINATED_FROM_OUTSIDE',
  'EXECUTION_TIMED_OUT',
  'WORKFLOW_FAILED',
];
