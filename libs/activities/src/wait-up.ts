import { bootBaselineOf, decideReturn, stop } from '@vecino/upgrade';
import type { StepInput, WaitUpResult } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { observeDevice } from './observe-device.js';
import { pauses } from './polling.js';

const OBSERVE_DEADLINE_MS = 5_000;

/** Resolves when the router has come back from another boot than the baseline's. Reads only. */
export async function waitUp(session: DeviceSession, { baseline }: StepInput): Promise<WaitUpResult> {
  const { clock, log, signal, target, timing } = session;
  const expected = { baseline: bootBaselineOf(baseline), targetVersion: target.softwareVersion };
  // From the attempt's start, since it may have waited for a free slot.
  const startedAt = clock.now();
  let unchangedSince: number | undefined;

  for (const pause of pauses(session.polling)) {
    const observed = await observeDevice(session, { signal, deadlineMs: OBSERVE_DEADLINE_MS });
    signal.throwIfAborted();
    const now = clock.now();
    unchangedSince = observed.kind === 'reachable' ? (unchangedSince ?? now) : undefined;
    const decision = decideReturn(expected, observed, now - (unchangedSince ?? now), timing);
    switch (decision.kind) {
      case 'up': {
        const { bootTimeNs } = decision;
        const deviceTimeNs = observed.kind === 'reachable' ? observed.deviceTimeNs : undefined;
        log.info({ boot_time_ns: String(bootTimeNs) }, 'the router is back');
        return {
          bootTimeNs: String(bootTimeNs),
          ...(deviceTimeNs !== undefined && { deviceTimeNs: String(deviceTimeNs) }),
          upAt: observed.kind === 'reachable' ? observed.seenAtMs : now,
        };
      }
      case 'never-started':
        throw new DeviceFault(stop(decision.reason.code, decision.reason.text));
      case 'wait':
        session.report({ waiting_for: WAITING_FOR[decision.why] });
        if (now - startedAt > timing.returnWithinMs) {
          const why = observed.kind === 'unreachable' ? `: ${observed.text}` : '';
          const text = `the router has not come back within ${Math.round(timing.returnWithinMs / 1_000)} s${why}`;
          throw new DeviceFault(stop('DEVICE_DID_NOT_RETURN', text));
        }
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

const WAITING_FOR = {
  unreachable: 'the router to answer',
  'not-yet-rebooted': 'the reboot to begin',
  unclear: 'the router to tell its boot time',
} as const;
