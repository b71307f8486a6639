import type { DeviceActivities } from '@vecino/workflows';
import { arm } from './arm.js';
import { confirmIdle } from './confirm-idle.js';
import type { DeviceActivityDeps } from './device-activity-deps.js';
import { disarm } from './disarm.js';
import { install } from './install.js';
import { postcheck } from './postcheck.js';
import { precheck } from './precheck.js';
import { readBaseline } from './read-baseline.js';
import { reboot } from './reboot.js';
import { recordEvidence } from './record-evidence.js';
import { runDeviceStep, runStep } from './run-step.js';
import { soak } from './soak.js';
import { verify } from './verify.js';
import { waitUp } from './wait-up.js';

/** The activities that upgrade a router, for a Temporal worker to register. */
export function createDeviceActivities(deps: DeviceActivityDeps): DeviceActivities {
  return {
    precheck: (target) => runDeviceStep(deps, 'precheck', target, precheck),
    install: (input) => runDeviceStep(deps, 'install', input, (session) => install(session, input, 'active')),
    installStandby: (input) =>
      runDeviceStep(deps, 'installStandby', input, (session) => install(session, input, 'standby')),
    arm: (input) => runDeviceStep(deps, 'arm', input, (session) => arm(session, input)),
    disarm: (input) => runDeviceStep(deps, 'disarm', input, (session) => disarm(session, input)),
    reboot: (input) => runDeviceStep(deps, 'reboot', input, (session) => reboot(session, input)),
    waitUp: (input) => runDeviceStep(deps, 'waitUp', input, (session) => waitUp(session, input)),
    verify: (input) => runDeviceStep(deps, 'verify', input, (session) => verify(session, input)),
    soak: (input) => runDeviceStep(deps, 'soak', input, (session) => soak(session, input)),
    postcheck: (input) => runDeviceStep(deps, 'postcheck', input, (session) => postcheck(session, input)),
    rebaseline: (target) =>
      runDeviceStep(deps, 'rebaseline', target, async (session) => {
        const { baseline } = await readBaseline(session, { signal: session.signal }, 'DEVICE_STATE_UNKNOWN');
        return baseline;
      }),
    recordEvidence: (report) =>
      runStep(deps, 'recordEvidence', report.target, (session) => recordEvidence(session, report)),
    confirmIdle: (target) => runDeviceStep(deps, 'confirmIdle', target, confirmIdle),
  };
}
