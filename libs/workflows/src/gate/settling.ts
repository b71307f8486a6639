import { log, sleep } from '@temporalio/workflow';
import type { DeploymentOutcome } from '../api/projector-activities.js';
import { step } from '../deployment/activity-proxies.js';
import { outsideTraces } from '../request-trace.js';
import type { GateBook } from './gate-book.js';
import { QUARANTINE_PROBE_MS } from './gate-limits.js';
import { terminalOf } from './terminal.js';

/**
 * Ends a deployment that left its router in an unknown state, as one does that was killed from outside: waits until its
 * activity must have noticed, asks the router whether
 * anything is pending, then frees slot and router and reports the terminal. A router that gives no answer is quarantined:
 * the terminal goes out saying so, the slot is free, the router stays locked and is asked again from time to time.
 */
export async function settle(book: GateBook, deploymentId: string, changed: () => void): Promise<void> {
  const settling = book.settlingOf(deploymentId);
  if (settling === undefined) return;
  const outcome = terminalOf(settling.closed);
  if (settling.until > Date.now()) await sleep(settling.until - Date.now());
  for (;;) {
    const version = await runningVersion(book, deploymentId);
    if (version !== undefined) {
      book.close(
        deploymentId,
        withDetails(outcome, { router: 'at rest', running_version: version }),
        Date.now(),
      );
      return changed();
    }
    if (book.admission.holdOf(deploymentId) === 'settling') {
      log.error('router does not say what state it is in; it stays locked', { deploymentId });
      book.quarantine(
        deploymentId,
        withDetails(outcome, { router: 'quarantined', code: 'DEVICE_STATE_UNKNOWN' }),
        Date.now(),
      );
      changed();
    }
    await sleep(QUARANTINE_PROBE_MS);
  }
}

/** What the router runs, once it reports nothing pending; undefined when it gave no answer in time. */
async function runningVersion(book: GateBook, deploymentId: string): Promise<string | undefined> {
  const item = book.admission.find(deploymentId);
  if (item === undefined) return undefined;
  const { tenantId, taskQueue } = book.settings;
  const confirmIdle = step('confirmIdle', { taskQueue });
  const { routerId, routerIp, softwareVersion } = item;
  try {
    const idle = await outsideTraces(() =>
      confirmIdle({ tenantId, deploymentId, routerId, routerIp, softwareVersion }),
    );
    return idle.runningVersion;
  } catch (error) {
    log.warn('router gave no answer', { deploymentId, error: String(error) });
    return undefined;
  }
}

const withDetails = (outcome: DeploymentOutcome, details: Record<string, string>): DeploymentOutcome => ({
  ...outcome,
  details: { ...outcome.details, ...details },
});
