import { VecinoError } from '@vecino/foundation';
import {
  connectDevice,
  type CallHooks,
  type Deadlines,
  type DeviceConnection,
  type DeviceTls,
} from '@vecino/gnoi';

export interface DialledRouter {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly serverName: string;
}

/** Prepares a connection to a router; it is dialled by the first call. */
export type DeviceConnector = (router: DialledRouter, hooks?: CallHooks) => DeviceConnection;

/** Throws `NO_DEVICE_IDENTITY` for a router that wants TLS when the platform has no certificate: it never falls back to plain text. */
export function deviceConnector(options: {
  readonly tls?: DeviceTls | undefined;
  readonly deadlines?: Partial<Deadlines>;
}): DeviceConnector {
  return ({ address, port, tls, serverName }, hooks = {}) => {
    if (tls && options.tls === undefined) {
      throw new VecinoError('NO_DEVICE_IDENTITY', 'there is no client certificate for routers', {
        disposition: 'terminal',
      });
    }
    return connectDevice({
      ...hooks,
      address,
      port,
      serverName,
      ...(tls && { tls: options.tls }),
      ...(options.deadlines && { deadlines: options.deadlines }),
    });
  };
}
