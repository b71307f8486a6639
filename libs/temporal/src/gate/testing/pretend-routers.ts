import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ReasonCode, TerminalState } from '@vecino/foundation';
import { DEFAULT_UPGRADE_POLICY, type DeviceSnapshot } from '@vecino/upgrade';
import { type Baseline, type DeviceActivities, evidenceReference } from '@vecino/workflows';

const snapshot: DeviceSnapshot = {
  takenAt: 0,
  version: '1.0.0',
  bootTimeNs: '1',
  standby: { kind: 'not-reported' },
};

const baselineFor = (softwareVersion: string): Baseline => ({
  runningVersion: '1.0.0',
  bootTimeNs: '1',
  takenAt: 0,
  supervisors: softwareVersion === 'dual' ? 'individual' : 'single',
  activateReboots: false,
});

const fault = (code: ReasonCode, text: string, state: TerminalState = 'FAILED'): ApplicationFailure =>
  ApplicationFailure.nonRetryable(text, code, { state, reason: { code, text } });

/** Stays in the activity until it is let go or cancelled. */
async function whileHeld(held: () => boolean): Promise<void> {
  const { cancellationSignal } = Context.current();
  while (held() && !cancellationSignal.aborted) {
    Context.current().heartbeat();
    await sleep(20);
  }
  cancellationSignal.throwIfAborted();
}

/**
 * Routers in memory: a mock, because these tests are about the gate. Each step takes `stepMs`; what ran on which router
 * and when is the ground truth. The version that is asked for says how it goes: `refused`, `present`, `broken` (while it
 * installs), `dual` (two supervisors), `lost` and `fell-back` (after the reboot), `degraded`, `stuck` (and no way back).
 */
export class PretendRouters {
  stepMs = 0;
  /** Deployments that stay in their install step until this is set to false. */
  holdInstall = false;
  holdWaitUp = false;
  /** Routers that are asked whether they are at rest do not answer until this is set to false. */
  holdIdle = false;
  readonly running = new Map<string, Set<string>>();
  readonly starts: { readonly routerId: string; readonly deploymentId: string }[] = [];
  mostAtOnce = 0;
  overlaps = 0;
  idleAsked = 0;
  /** Deployments whose `arm` was taken back. */
  readonly disarmed: string[] = [];
  holdArm = false;
  /** Deployments whose router takes no Reboot any more. */
  readonly #stuck = new Set<string>();

  activities(): DeviceActivities {
    const pause = () => sleep(this.stepMs);
    return {
      precheck: async ({ routerId, deploymentId, softwareVersion }) => {
        this.begin(routerId, deploymentId);
        await pause();
        if (softwareVersion === 'refused' || softwareVersion === 'present')
          this.finish(routerId, deploymentId);
        if (softwareVersion === 'refused') throw fault('PRECHECK_REFUSED', 'a reboot is pending', 'REJECTED');
        const baseline = baselineFor(softwareVersion);
        if (softwareVersion === 'present') return { kind: 'already-running', baseline };
        const soakSeconds = softwareVersion === 'degraded' ? 1 : 0;
        const policy = { ...DEFAULT_UPGRADE_POLICY, soakSeconds };
        return { kind: 'proceed', baseline, snapshot, policy, image: { sha256: 'x', bytes: 1 } };
      },
      install: async ({ routerId, deploymentId, softwareVersion }) => {
        await whileHeld(() => this.holdInstall).finally(() => {
          if (Context.current().cancellationSignal.aborted) this.finish(routerId, deploymentId);
        });
        if (softwareVersion === 'broken') {
          this.finish(routerId, deploymentId);
          throw fault('INSTALL_FAILED', 'TOO_LARGE: no space');
        }
        return { transferred: true, bytes: 1 };
      },
      installStandby: async () => ({ transferred: true, bytes: 1 }),
      arm: async () => {
        await pause();
        // Cancelled meanwhile: whether the router took it, nobody knows.
        await whileHeld(() => this.holdArm);
        return { kind: 'armed' };
      },
      disarm: async ({ routerId, deploymentId }) => {
        this.disarmed.push(deploymentId);
        this.finish(routerId, deploymentId);
      },
      reboot: async ({ deploymentId, direction }) => {
        if (direction === 'rollback' && this.#stuck.has(deploymentId))
          throw fault('REBOOT_FAILED', 'the router takes no Reboot any more');
        return { kind: 'rebooting', sentAt: Date.now() };
      },
      waitUp: async () => {
        while (this.holdWaitUp) await sleep(20);
        return { bootTimeNs: '2', upAt: Date.now() };
      },
      verify: async ({ routerId, deploymentId, softwareVersion }) => {
        this.finish(routerId, deploymentId);
        if (softwareVersion === 'lost') throw fault('DEVICE_UNREACHABLE', 'no answer after the reboot');
        if (softwareVersion === 'fell-back') throw fault('FELL_BACK', 'the router went back by itself');
        return { runningVersion: softwareVersion };
      },
      soak: async () => undefined,
      postcheck: async ({ deploymentId, softwareVersion }) => {
        if (softwareVersion === 'stuck') this.#stuck.add(deploymentId);
        const worse = softwareVersion === 'degraded' || softwareVersion === 'stuck';
        const text = worse ? 'BGP peer 10.0.0.9 is gone' : '';
        const kind = worse ? 'degraded' : 'healthy';
        const none = { count: 0, first: [] };
        return { kind, changes: none, faults: none, waived: none, text };
      },
      rebaseline: async () => ({ ...baselineFor(''), runningVersion: 'the new one' }),
      recordEvidence: async ({ target }) => ({
        reference: evidenceReference(target.tenantId, target.deploymentId),
      }),
      confirmIdle: async ({ routerId }) => {
        this.idleAsked += 1;
        await whileHeld(() => this.holdIdle);
        this.running.delete(routerId);
        return { runningVersion: '1.0.0' };
      },
    };
  }

  private begin(routerId: string, deploymentId: string): void {
    const here = this.running.get(routerId) ?? new Set();
    if (!here.has(deploymentId)) this.starts.push({ routerId, deploymentId });
    here.add(deploymentId);
    if (here.size > 1) this.overlaps += 1;
    this.running.set(routerId, here);
    this.mostAtOnce = Math.max(
      this.mostAtOnce,
      [...this.running.values()].reduce((sum, set) => sum + set.size, 0),
    );
  }

  private finish(routerId: string, deploymentId: string): void {
    this.running.get(routerId)?.delete(deploymentId);
  }
}
