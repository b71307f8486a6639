import type { InstallErrorType } from '@vecino/upgrade';
import type { Device } from './device.js';
import type { Supervisor } from './supervisor.js';

export interface InstallDemand {
  /** Empty: transferred in any case. */
  readonly version: string;
  readonly standbySupervisor: boolean;
  /** 0: not announced. */
  readonly packageSize: bigint;
}

/** What a router does with a TransferRequest. */
export type InstallAdmission =
  | { readonly kind: 'refused'; readonly type: InstallErrorType; readonly detail: string }
  | { readonly kind: 'present'; readonly version: string }
  /** Copied from the other supervisor: no content is asked for. */
  | { readonly kind: 'copy'; readonly version: string; readonly onto: Supervisor }
  | { readonly kind: 'transfer'; readonly onto: readonly Supervisor[] };

/**
 * Decides as the comments in openconfig/gnoi `os/os.proto` demand: one Install at a time; supervisors with an Install
 * each are copied to from their peer before content is accepted; where one Install is for both, the package is on both or
 * on none, and the standby has no Install of its own.
 */
export function admitInstall(device: Device, demand: InstallDemand): InstallAdmission {
  const { version, standbySupervisor, packageSize } = demand;
  if (standbySupervisor && !device.individualInstall) {
    const why = device.standby === undefined ? 'there is no standby' : 'one Install is for both supervisors';
    return refused('NOT_SUPPORTED_ON_BACKUP', why);
  }
  if (device.installing) return refused('INSTALL_IN_PROGRESS', 'another Install is running');
  const standby = device.readyStandby;
  if (standbySupervisor && standby === undefined) {
    return refused('UNSPECIFIED', 'the standby supervisor is not available');
  }
  if (!device.individualInstall && device.standby?.condition(device.nowMs()) === 'UNAVAILABLE') {
    return refused('UNSPECIFIED', 'the package belongs on both supervisors and one is not available');
  }
  const onto = targetsOf(device, standbySupervisor);
  if (version !== '' && onto.every((supervisor) => supervisor.has(version))) {
    return { kind: 'present', version };
  }
  const [only] = onto;
  const peer = standbySupervisor ? device.active : standby;
  if (device.individualInstall && only !== undefined && version !== '' && peer?.has(version)) {
    return { kind: 'copy', version, onto: only };
  }
  if (
    packageSize > BigInt(Number.MAX_SAFE_INTEGER) ||
    !device.disk.makeRoom(Number(packageSize), device.supervisors)
  ) {
    return refused('TOO_LARGE', `${device.disk.freeBytes} bytes are free`);
  }
  return { kind: 'transfer', onto };
}

const refused = (type: InstallErrorType, detail: string): InstallAdmission => ({
  kind: 'refused',
  type,
  detail,
});

function targetsOf(device: Device, standbySupervisor: boolean): readonly Supervisor[] {
  if (!device.individualInstall) return device.supervisors;
  return standbySupervisor && device.standby !== undefined ? [device.standby] : [device.active];
}
