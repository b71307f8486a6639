import type { ReasonCode } from '@vecino/foundation';
import { deviationsOf, type CallLimits, type Chassis, type Deviations } from '@vecino/gnoi';
import type { VerifyAnswer } from '@vecino/upgrade';
import type { Baseline, Supervisors } from '@vecino/workflows';
import { answerOf } from './answer-of.js';
import type { DeviceSession } from './device-session.js';
import { readBootClosely, type BootReading } from './read-snapshot.js';

export interface BaselineReading {
  readonly baseline: Baseline;
  readonly verify: VerifyAnswer;
  readonly boot: BootReading;
  readonly chassis: Chassis;
  readonly deviations: Deviations;
}

/** What the steps after this judge the router by. Throws a `DeviceFault` where it does not answer. */
export async function readBaseline(
  session: DeviceSession,
  limits: CallLimits,
  code: ReasonCode,
): Promise<BaselineReading> {
  const verify = answerOf('Verify', await session.device.os.verify(limits), code);
  const boot = await readBootClosely(session, limits, code);
  const chassis = await readChassis(session, limits, code);
  const deviations = deviationsOf(chassis.manufacturer);
  const baseline: Baseline = {
    runningVersion: verify.version,
    bootTimeNs: String(boot.bootTimeNs),
    ...(boot.deviceTimeNs !== undefined && { deviceTimeNs: String(boot.deviceTimeNs) }),
    takenAt: boot.takenAt,
    supervisors: supervisorsOf(verify, deviations),
    ...(chassis.manufacturer !== undefined && { manufacturer: chassis.manufacturer }),
    activateReboots: deviations.activateReboots,
  };
  return { baseline, verify, boot, chassis, deviations };
}

/** Empty where the router does not say. */
export async function readChassis(
  { device }: DeviceSession,
  limits: CallLimits,
  code: ReasonCode,
): Promise<Chassis> {
  const answer = answerOf('Get components', await device.gnmi.chassis(limits), code);
  return answer.reported ? answer.chassis : {};
}

/** A standby that is there but cannot be used still counts: whether to go on with it is the precheck's to say. */
function supervisorsOf(verify: VerifyAnswer, { wholeChassisInstall }: Deviations): Supervisors {
  const { standby } = verify;
  const isThere = standby.kind === 'present' || (standby.kind === 'state' && standby.state === 'UNAVAILABLE');
  if (!isThere) return 'single';
  return verify.individualSupervisorInstall && !wholeChassisInstall ? 'individual' : 'together';
}
