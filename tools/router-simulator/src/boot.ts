import type { Device } from './device.js';
import type { FaultPlan } from './fault-plan.js';

/** A time that a fault leaves out. */
const FOR_GOOD = Infinity;

/** Boots the device as the faults for a boot want it; nothing forwards yet. */
export function bootDevice(device: Device, faults: FaultPlan): void {
  const fellBack = device.active.armed ? faults.take('boots-old-image') : undefined;
  const other = fellBack === undefined ? faults.take('boots-other-image') : undefined;
  const late = device.standby?.settled === 'present' ? faults.take('standby-late') : undefined;
  const standbyReadyMs = late === undefined ? 0 : (late.forMs ?? FOR_GOOD);
  if (fellBack !== undefined) {
    const { message, on } = fellBack;
    const old = (version: string) => ({ version, activationFailMessage: message });
    device.boot(
      on === 'standby' ? {} : old(device.runningVersion),
      on === 'active' || device.standby === undefined ? {} : old(device.standby.runningVersion),
      standbyReadyMs,
    );
  } else {
    device.boot(other === undefined ? {} : { version: other.version }, undefined, standbyReadyMs);
  }
  const busy = faults.take('in-progress');
  if (busy !== undefined) device.inProgressUntilMs = device.nowMs() + busy.forMs;
  const purge = faults.arm('old-image-purged');
  if (purge !== undefined && device.purgeImages()) purge.strike();
  stepClock(device, faults, 'boot');
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
