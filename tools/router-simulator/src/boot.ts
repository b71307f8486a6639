import type { Device, StandbyAbsence } from './device.js';
import type { FaultPlan } from './fault-plan.js';
import type { FaultOf } from './fault.js';
import type { RouterParts } from './router-parts.js';

/** A time that a fault leaves out. */
const FOR_GOOD = Infinity;

/** What comes up: what was activated, or what ran before, whatever was activated. */
export type BootImage = FaultOf<'crash-reboot'>['boots'];

/** Boots the device as the faults for a boot want it; nothing forwards yet. */
export function bootDevice(device: Device, faults: FaultPlan, image: BootImage = 'activated'): void {
  const fellBack =
    image === 'running' ? SILENTLY : device.active.armed ? faults.take('boots-old-image') : undefined;
  const other = fellBack === undefined ? faults.take('boots-other-image') : undefined;
  const absence = standbyAbsence(device, faults);
  if (fellBack !== undefined) {
    const { message, on } = fellBack;
    const old = (version: string) => ({ version, activationFailMessage: message });
    device.boot(
      on === 'standby' ? {} : old(device.runningVersion),
      on === 'active' || device.standby === undefined ? {} : old(device.standby.runningVersion),
      absence,
    );
  } else {
    device.boot(other === undefined ? {} : { version: other.version }, undefined, absence);
  }
  const busy = faults.take('in-progress');
  if (busy !== undefined) device.inProgressUntilMs = device.nowMs() + busy.forMs;
  const purge = faults.arm('old-image-purged');
  if (purge !== undefined && device.purgeImages()) purge.strike();
  stepClock(device, faults, 'boot');
}

const SILENTLY: Pick<FaultOf<'boots-old-image'>, 'message' | 'on'> = { message: '', on: 'both' };

function standbyAbsence(device: Device, faults: FaultPlan): StandbyAbsence | undefined {
  const late = device.standby?.settled === 'present' ? faults.take('standby-late') : undefined;
  return late && { forMs: late.forMs ?? FOR_GOOD, condition: late.state };
}

/** The gRPC server is back: interfaces and peers follow, except those that a fault holds. */
export function startTraffic(device: Device, faults: FaultPlan): void {
  device.traffic.start();
  const downInterface = faults.arm('interface-down');
  if (downInterface !== undefined) {
    const { name, forMs = FOR_GOOD } = downInterface.fault;
    if (device.traffic.holdInterface(name, forMs)) downInterface.strike();
  }
  const downPeer = faults.arm('bgp-peer-down');
  if (downPeer !== undefined) {
    const { address, forMs = FOR_GOOD } = downPeer.fault;
    if (device.traffic.holdPeer(address, forMs)) downPeer.strike();
  }
  const raised = faults.take('alarm-raised');
  if (raised !== undefined) {
    const { id, severity, text, resource, forMs = FOR_GOOD } = raised;
    device.alarms.raiseByBoot({ id, severity, text, resource }, forMs);
  }
}

/** Sets the router's clock where a fault wants it at this moment. */
export function stepClock(
  device: Device,
  faults: FaultPlan,
  at: 'install' | 'activate' | 'reboot' | 'boot',
): void {
  const step = faults.take('clock-step', (fault) => fault.at === at);
  if (step !== undefined) device.clock.step(step.ms);
}

/** Lets the router crash where a fault wants it after this moment. */
export function crashAfter(
  { faults, network }: Pick<RouterParts, 'faults' | 'network'>,
  at: FaultOf<'crash-reboot'>['at'],
): void {
  const crash = faults.take('crash-reboot', (fault) => fault.at === at);
  if (crash !== undefined) network.crash(crash.afterMs, crash.boots);
}
