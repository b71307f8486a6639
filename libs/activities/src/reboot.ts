import {
  ACTIVITY_POLICIES,
  bootBaselineOf,
  decideReboot,
  retry,
  stop,
  type RebootExpectation,
  type Fault,
  type RebootLedger,
} from '@vecino/upgrade';
import { REBOOT_SENT, type RebootResult, type StepInput } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { observeDevice } from './observe-device.js';
import { pauses } from './polling.js';
import { sendReboot } from './send-reboot.js';

const OBSERVE_DEADLINE_MS = 5_000;
/** The attempt ends by itself before Temporal ends it, so that two attempts never overlap. */
const ATTEMPT_MS = ACTIVITY_POLICIES.reboot.startToCloseMs - 20_000;

/**
 * Reboots the router at most once, however often the activity runs: each attempt looks at the device first, and one that
 * cannot know what its predecessor did waits until a Reboot of that time would have shown.
 */
export async function reboot(session: DeviceSession, input: StepInput): Promise<RebootResult> {
  const { clock, log, signal, target, timing } = session;
  const expected: RebootExpectation = {
    baseline: bootBaselineOf(input.baseline),
    targetVersion: target.softwareVersion,
  };
  const startedAt = clock.now();
  let ledgerAt = sentByEarlierAttempt(session, startedAt);
  let sentAt: number | undefined;

  for (const pause of pauses(session.polling)) {
    const observed = await observeDevice(session, { signal, deadlineMs: OBSERVE_DEADLINE_MS });
    signal.throwIfAborted();
    const decision = decideReboot(expected, observed, ledgerOf(ledgerAt, clock.now()), timing);
    switch (decision.kind) {
      case 'done':
        log.info({ why: decision.why }, 'the router reboots or has rebooted');
        return { kind: 'rebooting', ...(sentAt !== undefined && { sentAt }) };
      case 'refuse':
        throw nothingSent(stop(decision.reason.code, decision.reason.text), ledgerAt);
      case 'send': {
        const before = ledgerAt;
        sentAt = ledgerAt = clock.now();
        // For people who look at the activity. No attempt reads it back: see `sentByEarlierAttempt`.
        session.announce({ reboot_sent_at: new Date(sentAt).toISOString() });
        const sent = await sendReboot(session, input).catch((error: unknown) => {
          throw error instanceof DeviceFault ? nothingSent(error.fault, before) : error;
        });
        if (sent.kind === 'not-on-device') return sent;
        if (sent.kind === 'sent') return { kind: 'rebooting', sentAt };
        break;
      }
      case 'wait':
        log.debug({ why: decision.why }, 'waiting before a reboot');
        if (decision.why === 'unreachable' && clock.now() - startedAt > timing.neverAcceptedAfterMs) {
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

/** Says so, for the workflow, where neither this attempt nor one before it has sent anything that the router took. */
const nothingSent = (fault: Fault, ledgerAt: number | undefined): DeviceFault =>
  new DeviceFault(
    ledgerAt === undefined ? { ...fault, details: { ...fault.details, [REBOOT_SENT]: 'no' } } : fault,
  );

/**
 * When an earlier attempt sent Reboot at the latest: now, whatever its heartbeats say. They are throttled and die with
 * their worker, so the last one that arrived may be older than the last Reboot. The first attempt has no predecessor.
 */
const sentByEarlierAttempt = ({ attempt }: DeviceSession, now: number): number | undefined =>
  attempt === 1 ? undefined : now;

const ledgerOf = (sentAt: number | undefined, now: number): RebootLedger =>
  sentAt === undefined ? { kind: 'never-sent' } : { kind: 'maybe-sent', sinceMs: now - sentAt };
