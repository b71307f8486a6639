import { ACTIVITY_POLICIES, diffSnapshots, judgeChanges, stop } from '@vecino/upgrade';
import type { PostcheckInput, PostcheckResult } from '@vecino/workflows';
import { answerOf } from './answer-of.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { pauses } from './polling.js';
import { readBoot, readSnapshot } from './read-snapshot.js';

const READ_DEADLINE_MS = 10_000;
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
      if (now > giveUpAt) throw new DeviceFault(stop('DEVICE_DID_NOT_RETURN', result.message));
      session.report({ waiting_for: 'the router to answer' });
    } else if (result.kind === 'healthy' || now >= recoverUntil) {
      const { kind, text, waived } = result;
      log.info({ result: kind, faults: text, waived: waived.length }, 'compared with before the upgrade');
      return result;
    } else {
      session.report({ waiting_for: result.text });
    }
    await session.sleep(pause);
  }
  throw new Error('unreachable: polls never end');
}

async function compare(session: DeviceSession, input: PostcheckInput): Promise<PostcheckResult> {
  const { device, signal, target } = session;
  const limits = { signal, deadlineMs: READ_DEADLINE_MS };
  const verify = answerOf('Verify', await device.os.verify(limits), 'POSTCHECK_FAILED');
  const boot = await readBoot(session, limits, 'POSTCHECK_FAILED');
  const after = await readSnapshot(session, { verify, boot }, limits, 'POSTCHECK_FAILED');
  const changes = diffSnapshots(input.snapshot, after);
  const judged = judgeChanges(changes, { targetVersion: target.softwareVersion, policy: input.policy });
  return { kind: judged.faults.length === 0 ? 'healthy' : 'degraded', after, changes, ...judged };
}

/** A fault that may pass is waited for; any other is thrown on. */
function passing(error: unknown): DeviceFault {
  if (error instanceof DeviceFault && error.fault.kind === 'retry') return error;
  throw error;
}
