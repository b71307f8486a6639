import { NAME_PATTERN } from '@vecino/foundation';
import { z } from 'zod';
import type { Device } from './device.js';
import { alarmSchema, bgpPeerSchema, interfaceSchema } from './router-config.js';
import { STANDBY_CONDITIONS } from './supervisor.js';

const version = z.string().regex(NAME_PATTERN);

/** What can be changed about a router while it runs, as if it had been so all along. Times in milliseconds. */
export const changeSchema = z.strictObject({
  runningVersion: version.optional(),
  /** Added to what is installed. */
  installedVersions: z.array(version).optional(),
  activationFailMessage: z.string().optional(),
  standby: z
    .strictObject({
      condition: z.enum(STANDBY_CONDITIONS).optional(),
      runningVersion: version.optional(),
      installedVersions: z.array(version).optional(),
      activationFailMessage: z.string().optional(),
    })
    .optional(),
  freeBytes: z.int().min(0).optional(),
  /** Added, or changed where one of that name is there. */
  interfaces: z.array(interfaceSchema).optional(),
  bgpPeers: z.array(bgpPeerSchema).optional(),
  alarms: z.array(alarmSchema).optional(),
  /** Ids. */
  clearAlarms: z.array(z.string()).optional(),
  /** Sets the router's clock forward, or back. */
  clockStepMs: z.int().optional(),
});
export type RouterChange = z.output<typeof changeSchema>;

/** Why a router cannot be changed like this; undefined when it can. */
export const refuseChange = (device: Device, change: RouterChange): string | undefined =>
  change.standby !== undefined && device.standby === undefined
    ? `${device.routerId} has no second supervisor`
    : undefined;

export function applyChange(device: Device, change: RouterChange): void {
  change.installedVersions?.forEach((one) => device.installed.add(one));
  if (change.runningVersion !== undefined) device.setRunning(change.runningVersion);
  if (change.activationFailMessage !== undefined) {
    device.activationFailMessage = change.activationFailMessage;
  }
  if (change.standby !== undefined) changeStandby(device, change.standby);
  if (change.freeBytes !== undefined) device.disk.setFree(change.freeBytes);
  change.interfaces?.forEach((one) => device.traffic.setInterface(one));
  change.bgpPeers?.forEach((one) => device.traffic.setPeer(one));
  change.alarms?.forEach((alarm) => device.alarms.raise(alarm));
  change.clearAlarms?.forEach((id) => device.alarms.clear(id));
  if (change.clockStepMs !== undefined) device.clock.step(change.clockStepMs);
}

function changeStandby({ standby }: Device, change: NonNullable<RouterChange['standby']>): void {
  if (standby === undefined) return;
  if (change.condition !== undefined) standby.settled = change.condition;
  change.installedVersions?.forEach((one) => standby.installed.add(one));
  if (change.runningVersion !== undefined) standby.setRunning(change.runningVersion);
  if (change.activationFailMessage !== undefined) {
    standby.activationFailMessage = change.activationFailMessage;
  }
}
