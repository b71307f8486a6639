import { classifyPrecheck } from '@vecino/upgrade';
import type { PrecheckResult } from '@vecino/workflows';
import { answerOf } from './answer-of.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { findImage } from './find-image.js';
import { readBaseline } from './read-baseline.js';
import { readSnapshot } from './read-snapshot.js';

const CODE = 'PRECHECK_REFUSED';

/** Reads what the upgrade will be measured against, and refuses what would make its end unpredictable. Changes nothing. */
export async function precheck(session: DeviceSession): Promise<PrecheckResult> {
  const { device, images, rules, target, signal, log } = session;
  const image = await findImage(session, 'REJECTED');
  const policy = rules.policyOf(target.tenantId);
  const reading = await readBaseline(session, { signal }, CODE);
  const { baseline, verify, chassis, deviations } = reading;
  const snapshot = await readSnapshot(session, reading, { signal }, CODE);
  const rebootStatus = answerOf('RebootStatus', await device.system.rebootStatus({ signal }), CODE);
  const oldImage = await images.find(baseline.runningVersion);
  const verdict = classifyPrecheck(
    {
      verify,
      rebootStatus,
      image,
      chassis,
      oldImage: oldImage.kind === 'found' ? 'in-store' : 'missing',
      policy,
      deviations: { earlyInProgress: deviations.inProgressBeforeReboot },
    },
    target.softwareVersion,
  );
  switch (verdict.kind) {
    case 'proceed':
      log.info({ running_version: verify.version, boot_time_ns: baseline.bootTimeNs }, 'precheck passed');
      return {
        kind: 'proceed',
        baseline,
        snapshot,
        image: { sha256: image.sha256, bytes: image.bytes },
        policy,
      };
    case 'already-running':
      log.info({ running_version: verify.version }, 'the router runs the version already');
      return { kind: 'already-running', baseline, snapshot };
    case 'retry':
    case 'stop':
      throw new DeviceFault(verdict);
  }
}
