import type { CallLog } from './call-log.js';
import type { CallRefusals } from './call-refusals.js';
import type { Device } from './device.js';
import type { FaultPlan } from './fault-plan.js';
import type { RouterNetwork } from './network.js';

/** What the services of one router work with. */
export interface RouterParts {
  readonly device: Device;
  readonly faults: FaultPlan;
  readonly refusals: CallRefusals;
  readonly network: RouterNetwork;
  readonly log: CallLog;
}
