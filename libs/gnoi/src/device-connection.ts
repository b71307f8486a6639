import { credentials, type ChannelOptions } from '@grpc/grpc-js';
import type { CallHooks } from './call-record.js';
import { DEFAULT_DEADLINES, type Deadlines } from './deadlines.js';
import { DeviceCaller } from './device-caller.js';
import { secureChannel, type DeviceTls } from './device-tls.js';
import { gNMIClient } from './gen/gnmi/gnmi.js';
import { OSClient } from './gen/gnoi/os.js';
import { SystemClient } from './gen/gnoi/system.js';
import { gnmiCalls, type GnmiCalls } from './gnmi-calls.js';
import { osCalls, type OsCalls } from './os-calls.js';
import { rpcFault } from './rpc-fault.js';
import { systemCalls, type SystemCalls } from './system-calls.js';

export interface DeviceEndpoint extends CallHooks {
  readonly address: string;
  readonly port: number;
  /** Without it the connection is plain text: for tests and laboratories only. */
  readonly tls?: DeviceTls | undefined;
  /** Name the router's certificate must be issued for: its router id. Defaults to the address. */
  readonly serverName?: string | undefined;
  readonly deadlines?: Partial<Deadlines>;
}

/** Answers of one router as values: no method rejects by itself, see `@vecino/upgrade` for what each can be. */
export interface DeviceConnection {
  readonly os: OsCalls;
  readonly system: SystemCalls;
  readonly gnmi: GnmiCalls;
  close(): void;
}

const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': 8 * 1024 * 1024,
  // A rebooting router must be seen again soon after it returns.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // Connections are not shared: closing one must not depend on who else talks to the router.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
};

/** Prepares a connection; it is dialled by the first call. */
export function connectDevice(endpoint: DeviceEndpoint): DeviceConnection {
  const target = endpoint.address.includes(':')
    ? `ipv6:[${endpoint.address}]:${endpoint.port}`
    : `ipv4:${endpoint.address}:${endpoint.port}`;
  const expected = endpoint.serverName ?? endpoint.address;
  const secure = endpoint.tls && secureChannel(endpoint.tls, expected);
  const channelCredentials = secure?.credentials ?? credentials.createInsecure();
  const options = { ...CHANNEL_OPTIONS, ...secure?.options };
  const os = new OSClient(target, channelCredentials, options);
  // One channel for the three services.
  const shared = { ...options, channelOverride: os.getChannel() };
  const caller = new DeviceCaller(
    { ...DEFAULT_DEADLINES, ...endpoint.deadlines },
    (error) => rpcFault(error, secure && expected),
    endpoint,
  );
  return {
    os: osCalls(os, caller),
    system: systemCalls(new SystemClient(target, channelCredentials, shared), caller),
    gnmi: gnmiCalls(new gNMIClient(target, channelCredentials, shared), caller),
    close: () => os.close(),
  };
}
