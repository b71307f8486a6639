import type { DeviceActivities } from '@vecino/workflows';
import { arm } from './arm.js';
import { confirmIdle } from './confirm-idle.js';
import { install } from './install.js';
import { precheck } from './precheck.js';
import { reboot } from './reboot.js';
import { runStep, type DeviceActivityDeps } from './run-step.js';
import { verify } from './verify.js';
import { waitUp } from './wait-up.js';

/** The activities that upgrade a router, for a Temporal worker to register. */
export function createDeviceActivities(deps: DeviceActivityDeps): DeviceActivities {
  return {
    precheck: (target) => runStep(deps, 'precheck', target, precheck),
    install: (input) => runStep(deps, 'install', input, install),
    arm: (input) => runStep(deps, 'arm', input, arm),
    reboot: (input) => runStep(deps, 'reboot', input, (session) => reboot(session, input.baseline)),
    waitUp: (input) => runStep(deps, 'waitUp', input, (session) => waitUp(session, input.baseline)),
    verify: (input) => runStep(deps, 'verify', input, (session) => verify(session, input.baseline)),
    confirmIdle: (target) => runStep(deps, 'confirmIdle', target, confirmIdle),
  };
}
