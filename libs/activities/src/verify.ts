import { classifyVerify, stop, type ExpectedStandby } from '@vecino/upgrade';
import type { StepInput, Supervisors } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { pauses } from './polling.js';

const VERIFY_DEADLINE_MS = 5_000;

/** Resolves when every supervisor that the baseline had runs the version. Waits while it is still activating or hard to reach. Reads only. */
export async function verify(
  session: DeviceSession,
  { baseline }: StepInput,
): Promise<{ readonly runningVersion: string }> {
  const { clock, log, signal, target, timing, device } = session;
  const expected = {
    target: target.softwareVersion,
    previous: baseline.runningVersion,
    standby: expectedStandby(baseline.supervisors),
  };
  // From the attempt's start, since it may have waited for a free slot.
  const startedAt = clock.now();
  for (const pause of pauses(session.polling)) {
    const outcome = await device.os.verify({ signal, deadlineMs: VERIFY_DEADLINE_MS });
    signal.throwIfAborted();
    const verdict = classifyVerify(outcome, expected);
    switch (verdict.kind) {
      case 'go-on':
        log.info({ running_version: target.softwareVersion }, 'the router runs the version');
        return { runningVersion: target.softwareVersion };
      case 'stop':
        throw new DeviceFault(verdict);
      case 'retry': {
        const { code, text } = verdict.reason;
        session.report({ waiting_for: text });
        // Gives up with an outcome of its own, before Temporal does without one.
        if (clock.now() - startedAt > timing.verifyWithinMs) throw new DeviceFault(stop(code, text));
      }
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

function expectedStandby(supervisors: Supervisors): ExpectedStandby {
  switch (supervisors) {
    case 'single':
      return 'none';
    case 'together':
    case 'individual':
      return 'same-version';
  }
}
