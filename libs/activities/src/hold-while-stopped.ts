import { ACTIVITY_POLICIES, retry } from '@vecino/upgrade';
import { DeviceFault } from './device-fault.js';
import type { StepSession } from './device-session.js';
import { pauses } from './polling.js';

/** Gives the attempt up, with an outcome of its own, before Temporal does without one. */
const GIVE_UP_MS = ACTIVITY_POLICIES.precheck.startToCloseMs - 20_000;

/**
 * Resolves when no order stops the deployment. Gates start nothing that is stopped; this keeps back what got its slot a
 * moment before, or from a gate that the order has not reached. What is still stopped when the step's attempts are used up
 * is rejected: nothing has been changed by then.
 */
export async function holdWhileStopped(session: StepSession): Promise<void> {
  const { clock, log, polling, rules, target } = session;
  const giveUpAt = clock.now() + GIVE_UP_MS;
  for (const pause of pauses(polling)) {
    const stopped = rules.stopOf(target.softwareVersion);
    if (stopped === undefined) return;
    const { code, text } = stopped;
    log.info({ code, reason: text }, 'held back by an order');
    session.report({ waiting_for: text });
    if (clock.now() > giveUpAt) throw new DeviceFault(retry(code, text, { state: 'REJECTED' }));
    await session.sleep(pause);
  }
}
