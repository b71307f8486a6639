import { classifyPrecheck, stop, type DeviceSnapshot } from '@vecino/upgrade';
import type { PrecheckResult } from '@vecino/workflows';
import { answerOf } from './answer-of.js';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import { findImage } from './find-image.js';
import { holdWhileStopped } from './hold-while-stopped.js';
import { readBaseline } from './read-baseline.js';
import { readSnapshot } from './read-snapshot.js';

const CODE = 'PRECHECK_REFUSED';

/** As JSON. It stays in the workflow's history, whose server takes 2 MiB in one piece, and goes into postcheck's input. */
export const LARGEST_SNAPSHOT_BYTES = 1024 * 1024;

/** Reads what the upgrade will be measured against, and refuses what would make its end unpredictable. Changes nothing. */
export async function precheck(session: DeviceSession): Promise<PrecheckResult> {
  const { device, images, rules, target, signal, log } = session;
  await holdWhileStopped(session);
  const image = await findImage(session, 'REJECTED');
  const policy = rules.policyOf(target.tenantId);
  const reading = await readBaseline(session, { signal }, CODE);
  const { baseline, verify, chassis, deviations } = reading;
  const snapshot = await readSnapshot(session, reading, { signal }, CODE);
  await session.find({ event: 'before', snapshot });
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
      refuseTooLarge(snapshot);
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
      return { kind: 'already-running', baseline };
    case 'retry':
    case 'stop':
      throw new DeviceFault(verdict);
  }
}

function refuseTooLarge(snapshot: DeviceSnapshot): void {
  const bytes = Buffer.byteLength(JSON.stringify(snapshot));
  if (bytes <= LARGEST_SNAPSHOT_BYTES) return;
  const { interfacesUp = [], peersEstablished = [], alarms = [] } = snapshot;
  const parts = `${interfacesUp.length} interfaces, ${peersEstablished.length} BGP peers, ${alarms.length} alarms`;
  const text = `the router's state (${parts}) takes ${bytes} bytes; at most ${LARGEST_SNAPSHOT_BYTES} can be compared`;
  throw new DeviceFault(stop(CODE, text, 'REJECTED'));
}
