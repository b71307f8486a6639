import type { DeviceCall } from '@vecino/gnoi';

/** Whether a call can change the device. */
export function isMutating(call: DeviceCall): boolean {
  switch (call) {
    case 'gnoi.os.OS/Install':
    case 'gnoi.os.OS/Activate':
    case 'gnoi.system.System/Reboot':
    case 'gnoi.system.System/CancelReboot':
      return true;
    case 'gnoi.os.OS/Verify':
    case 'gnoi.system.System/Time':
    case 'gnoi.system.System/RebootStatus':
    case 'gnmi.gNMI/Capabilities':
    case 'gnmi.gNMI/Get':
      return false;
  }
}
