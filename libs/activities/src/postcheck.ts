import type { CallLimits } from '@vecino/gnoi';
import {
  ACTIVITY_POLICIES,
  diffSnapshots,
  judgeChanges,
  retry,
  stop,
  type DeviceChange,
  type DeviceSnapshot,
  type Fault,
  type VerifyAnswer,
} from '@vecino/upgrade';
import type { PostcheckInput, PostcheckResult } from '@vecino/workflows';
import { answerOf } from './answer-of.js';
import { sampleOf } from './change-sample.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import type { Finding } from './evidence-store.js';
import { pauses } from './polling.js';
import { readBoot, readSnapshot } from './read-snapshot.js';

const READ_DEADLINE_MS = 10_000;
/** Of the sentence about faults: an alarm's own text has no limit. */
const LONGEST_TEXT = 2_000;
/** Without an answer, after the recovery time: gives up, with an outcome of its own, before Temporal does without one. */
const GIVE_UP_MS = ACTIVITY_POLICIES.postcheck.startToCloseMs - 60_000;

/** Compares the router with what it was before the upgrade, until it is as good or its time to recover is over. Reads only. */
export async function postcheck(session: DeviceSession, input: PostcheckInput): Promise<PostcheckResult> {
  const { clock, log, signal } = session;
  const recoverUntil = input.up.upAt + input.policy.recoverySeconds * 1_000;
  const giveUpAt = Math.max(clock.now(), recoverUntil) + GIVE_UP_MS;

  for (const pause of pauses(session.polling)) {
    const result = await compare(session, input).catch(passing);
    signal.throwIfAborted();
    const now = clock.now();
    if (result instanceof DeviceFault) {
      if (now > giveUpAt) throw new DeviceFault(lasting(result));
      session.report({ waiting_for: 'the router to answer' });
    } else if (result.kind === 'healthy' || now >= recoverUntil) {
      const { kind, text, waived, finding } = result;
      await session.find(finding);
      log.info({ result: kind, faults: text, waived: waived.length }, 'compared with before the upgrade');
      const { changes, faults } = finding;
      return {
        kind,
        changes: sampleOf(changes),
        faults: sampleOf(faults),
        waived: sampleOf(waived),
        text: text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text,
      };
    } else {
      session.report({ waiting_for: result.text });
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

interface Comparison {
  readonly kind: PostcheckResult['kind'];
  readonly text: string;
  readonly waived: readonly DeviceChange[];
  readonly finding: Extract<Finding, { event: 'compared' }>;
}

async function compare(session: DeviceSession, input: PostcheckInput): Promise<Comparison> {
  const { device, signal, target } = session;
  const limits = { signal, deadlineMs: READ_DEADLINE_MS };
  const verify = answerOf('Verify', await device.os.verify(limits), 'POSTCHECK_FAILED');
  const after = await readState(session, verify, limits).catch(answersOtherwise);
  const changes = diffSnapshots(input.snapshot, after);
  const judged = judgeChanges(changes, { targetVersion: target.softwareVersion, policy: input.policy });
  const { faults, waived, text } = judged;
  const finding = { event: 'compared', after, changes, faults, waived } as const;
  return { kind: faults.length === 0 ? 'healthy' : 'degraded', text, waived, finding };
}

async function readState(
  session: DeviceSession,
  verify: VerifyAnswer,
  limits: CallLimits,
): Promise<DeviceSnapshot> {
  const boot = await readBoot(session, limits, 'POSTCHECK_FAILED');
  return readSnapshot(session, { verify, boot }, limits, 'POSTCHECK_FAILED');
}

/** A router that answered Verify right before is there: that it does not tell its state is a fault of the new version. */
function answersOtherwise(error: unknown): never {
  if (!(error instanceof DeviceFault) || error.code !== 'DEVICE_UNREACHABLE') throw error;
  throw new DeviceFault(retry('POSTCHECK_FAILED', error.message));
}

/** What a fault means that did not pass. Only a router that is away cannot be told to go back. */
const lasting = ({ code, message }: DeviceFault): Fault =>
  stop(code === 'DEVICE_UNREACHABLE' ? 'DEVICE_DID_NOT_RETURN' : 'POSTCHECK_FAILED', message);

/** A fault that may pass is waited for; any other is thrown on. */
function passing(error: unknown): DeviceFault {
  if (error instanceof DeviceFault && error.fault.kind === 'retry') return error;
  throw error;
}
