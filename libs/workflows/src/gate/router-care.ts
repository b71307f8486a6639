import { condition, log, sleep } from '@temporalio/workflow';
import type { EpochMs } from '@vecino/foundation';
import type { GateTuning } from '../api/gate-protocol.js';
import type { DeploymentOutcome } from '../api/projector-activities.js';
import { step } from '../deployment/activity-proxies.js';
import { inRequestTrace } from '../tracing/request-trace.js';
import type { Settling } from './carried.js';
import type { GateBook } from './gate-book.js';
import { QUARANTINE_PROBE_MS } from './gate-limits.js';
import { itemLogFields } from './item-log-fields.js';
import { releaseOf, terminalOf } from './terminal.js';

/**
 * Looks after routers that a deployment left in an unknown state, as one does that was killed from outside: waits until
 * its activity must have noticed and its last Reboot must have begun, asks the router whether anything is pending, then
 * frees slot and router and reports the terminal. A router that gives no answer is quarantined: the terminal goes out
 * saying so, the slot is free, the router stays locked and is asked again from time to time. One that only a human may
 * release is quarantined at once and never asked, since asking also sets what boots next.
 */
export class RouterCare {
  readonly #book: GateBook;
  readonly #changed: () => void;
  readonly #probeMs: number;
  readonly #asking = new Set<string>();
  #paused = false;

  constructor(book: GateBook, tuning: GateTuning, changed: () => void) {
    this.#book = book;
    this.#changed = changed;
    this.#probeMs = tuning.probeMs ?? QUARANTINE_PROBE_MS;
  }

  /** Routers that are being asked: until there are none, what was sent may still reach one. */
  get asking(): number {
    return this.#asking.size;
  }

  isAsking(deploymentId: string): boolean {
    return this.#asking.has(deploymentId);
  }

  /** Those being asked are waited for; no other is asked. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Until the router of a deployment that settles, or is quarantined, is free. It is not asked before `notBefore`. */
  async take(deploymentId: string, notBefore: EpochMs = 0): Promise<void> {
    const settling = this.#book.settlingOf(deploymentId);
    if (settling === undefined) return;
    const outcome = terminalOf(settling.closed);
    if (releaseOf(settling.closed) === 'by-hand')
      return this.quarantine(deploymentId, outcome, { router: 'quarantined', release: 'by hand' });
    const until = Math.max(settling.until, notBefore);
    if (until > Date.now()) await sleep(until - Date.now());
    for (;;) {
      if (this.#paused) await condition(() => !this.#paused);
      if (!this.isHeldBy(deploymentId, settling)) return;
      const version = await this.runningVersion(deploymentId);
      if (version !== undefined) return this.free(deploymentId, outcome, version);
      const code = 'DEVICE_STATE_UNKNOWN' as const;
      this.quarantine(deploymentId, outcome, { router: 'quarantined', code });
      await sleep(this.#probeMs);
    }
  }

  /** False once it was unlocked by hand. */
  private isHeldBy(deploymentId: string, { closed }: Settling): boolean {
    return this.#book.settlingOf(deploymentId)?.closed === closed;
  }

  private free(deploymentId: string, outcome: DeploymentOutcome, version: string): void {
    const told = withDetails(outcome, { router: 'at rest', running_version: version });
    this.#book.close(deploymentId, told, Date.now());
    this.#changed();
  }

  private quarantine(
    deploymentId: string,
    outcome: DeploymentOutcome,
    details: Readonly<Record<string, string>>,
  ): void {
    if (this.#book.admission.holdOf(deploymentId) !== 'settling') return;
    const item = this.#book.admission.find(deploymentId);
    log.error('nobody knows what state the router is in; it stays locked', {
      ...itemLogFields(deploymentId, item),
      ...details,
    });
    this.#book.quarantine(deploymentId, withDetails(outcome, details), Date.now());
    this.#changed();
  }

  /** What the router runs, once it reports nothing pending; undefined when it gave no answer in time. */
  private async runningVersion(deploymentId: string): Promise<string | undefined> {
    const item = this.#book.admission.find(deploymentId);
    if (item === undefined) return undefined;
    const { tenantId, taskQueue } = this.#book.settings;
    const confirmIdle = step('confirmIdle', { taskQueue });
    const { routerId, routerIp, softwareVersion, traceparent } = item;
    const trace = traceparent === undefined ? {} : { traceparent };
    this.#asking.add(deploymentId);
    try {
      const idle = await inRequestTrace(item, () =>
        confirmIdle({ tenantId, deploymentId, routerId, routerIp, softwareVersion, ...trace }),
      );
      return idle.runningVersion;
    } catch (error) {
      log.warn('router gave no answer', { ...itemLogFields(deploymentId, item), error: String(error) });
      return undefined;
    } finally {
      this.#asking.delete(deploymentId);
      this.#changed();
    }
  }
}

const withDetails = (
  outcome: DeploymentOutcome,
  details: Readonly<Record<string, string>>,
): DeploymentOutcome => ({ ...outcome, details: { ...outcome.details, ...details } });
