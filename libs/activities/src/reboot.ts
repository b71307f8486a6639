import {
  ACTIVITY_POLICIES,
  classifyReboot,
  decideReboot,
  NEVER_ACCEPTED_AFTER_MS,
  retry,
  stop,
  type RebootExpectation,
  type RebootLedger,
} from '@vecino/upgrade';
import type { Baseline } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { observeDevice } from './observe-device.js';
import { pauses } from './polling.js';

const OBSERVE_DEADLINE_MS = 5_000;
/** The attempt ends by itself before Temporal ends it, so that two attempts never overlap. */
const ATTEMPT_MS = ACTIVITY_POLICIES.reboot.startToCloseMs - 20_000;

/**
 * Reboots the router at most once, however often the activity runs: each attempt looks at the device first, and one that
 * cannot know what its predecessor did waits until a Reboot of that time would have shown.
 */
export async function reboot(
  session: DeviceSession,
  baseline: Baseline,
): Promise<{ readonly sent: boolean }> {
  const { clock, log, signal, target, device } = session;
  const expected: RebootExpectation = {
    baselineBootTimeNs: BigInt(baseline.bootTimeNs),
    targetVersion: target.softwareVersion,
  };
  const startedAt = clock.now();
  let sentAt = sentByEarlierAttempt(session, startedAt);

  for (const pause of pauses(session.polling)) {
    const observed = await observeDevice(device, { signal, deadlineMs: OBSERVE_DEADLINE_MS });
    signal.throwIfAborted();
    const decision = decideReboot(expected, observed, ledgerOf(sentAt, clock.now()));
    switch (decision.kind) {
      case 'done':
        log.info({ why: decision.why }, 'the router reboots or has rebooted');
        return { sent: sentAt !== undefined };
      case 'refuse':
        throw new DeviceFault(stop(decision.reason.code, decision.reason.text));
      case 'send':
        sentAt = clock.now();
        if (await send(session, sentAt)) return { sent: true };
        break;
      case 'wait':
        log.debug({ why: decision.why }, 'waiting before a reboot');
        if (decision.why === 'unreachable' && clock.now() - startedAt > NEVER_ACCEPTED_AFTER_MS) {
          throw new DeviceFault(retry('DEVICE_UNREACHABLE', 'the router went away before it was rebooted'));
        }
    }
    if (clock.now() - startedAt > ATTEMPT_MS) {
      throw new DeviceFault(
        retry('DEVICE_STATE_UNKNOWN', 'the router shows neither that it reboots nor that it does not'),
      );
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

/** True when the router accepted; false when nobody knows. */
async function send(session: DeviceSession, now: number): Promise<boolean> {
  const { device, target, signal, log } = session;
  session.checkpoint();
  // For people who look at the activity. No attempt reads it back: see `sentByEarlierAttempt`.
  session.heartbeat({ rebootSentAt: now });
  const message = `vecino deployment ${target.deploymentId}`;
  const verdict = classifyReboot(await device.system.reboot({ message }, { signal }));
  switch (verdict.kind) {
    case 'sent':
      log.info({}, 'the router accepted Reboot');
      return true;
    case 'maybe-sent':
      log.warn({ outcome: verdict.text }, 'Reboot may have been accepted');
      return false;
    case 'retry':
    case 'stop':
      throw new DeviceFault(verdict);
  }
}

/**
 * When an earlier attempt sent Reboot at the latest: now, whatever its heartbeats say. They are throttled and die with
 * their worker, so the last one that arrived may be older than the last Reboot. The first attempt has no predecessor.
 */
const sentByEarlierAttempt = ({ attempt }: DeviceSession, now: number): number | undefined =>
  attempt === 1 ? undefined : now;

const ledgerOf = (sentAt: number | undefined, now: number): RebootLedger =>
  sentAt === undefined ? { kind: 'never-sent' } : { kind: 'maybe-sent', sinceMs: now - sentAt };
