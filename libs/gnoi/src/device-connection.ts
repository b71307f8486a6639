import { credentials, Metadata, type ChannelOptions, type ServiceError } from '@grpc/grpc-js';
import type {
  ActivateOutcome,
  Answer,
  CallFault,
  InstallOutcome,
  RebootOutcome,
  RebootStatusAnswer,
  VerifyOutcome,
} from '@vecino/upgrade';
import { callDevice, type CallLimits, type UnaryStart } from './device-call.js';
import { secureChannel, type DeviceTls } from './device-tls.js';
import { Encoding, gNMIClient, GetRequest_DataType } from './gen/gnmi/gnmi.js';
import { OSClient, type ActivateResponse } from './gen/gnoi/os.js';
import { RebootMethod, SystemClient } from './gen/gnoi/system.js';
import { parsePath } from './gnmi-path.js';
import { runInstall, type InstallOptions } from './install.js';
import {
  readActivate,
  readCapabilities,
  readLeaves,
  readProbe,
  readRebootStatus,
  readTime,
  readVerify,
  type Capabilities,
} from './read-answers.js';
import { rpcFault } from './rpc-fault.js';

/** Milliseconds a call may take, connecting included. `install` is a whole transfer. */
export interface Deadlines {
  readonly readMs: number;
  readonly activateMs: number;
  readonly rebootMs: number;
  readonly installMs: number;
  /** See `InstallOptions.stallMs`. */
  readonly stallMs: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  readMs: 10_000,
  activateMs: 60_000,
  rebootMs: 15_000,
  installMs: 60 * 60_000,
  stallMs: 60_000,
};

export interface DeviceEndpoint {
  readonly address: string;
  readonly port: number;
  /** Without it the connection is plain text: for tests and laboratories only. */
  readonly tls?: DeviceTls | undefined;
  /** Name the router's certificate must be issued for: its router id. Defaults to the address. */
  readonly serverName?: string | undefined;
  readonly deadlines?: Partial<Deadlines>;
}

/** Answers of one router as values: no method rejects, see `@vecino/upgrade` for what each can be. */
export interface DeviceConnection {
  readonly os: {
    verify(limits?: CallLimits): Promise<VerifyOutcome>;
    install(options: InstallOptions): Promise<InstallOutcome>;
    /**
     * Whether an Install runs on the target, for which the protocol has no question: asks to install the version it runs,
     * which transfers nothing, and sees whether that is refused as a second one.
     */
    isInstalling(runningVersion: string, limits?: CallLimits): Promise<Answer<{ installing: boolean }>>;
    activate(
      request: { version: string; noReboot: boolean; standbySupervisor?: boolean },
      limits?: CallLimits,
    ): Promise<ActivateOutcome>;
  };
  readonly system: {
    time(limits?: CallLimits): Promise<Answer<{ timeNs: bigint }>>;
    /** A cold reboot of the whole device. */
    reboot(request: { message: string; delayNs?: bigint }, limits?: CallLimits): Promise<RebootOutcome>;
    rebootStatus(limits?: CallLimits): Promise<Answer<RebootStatusAnswer>>;
    cancelReboot(request: { message: string }, limits?: CallLimits): Promise<Answer<object>>;
  };
  readonly gnmi: {
    capabilities(limits?: CallLimits): Promise<Answer<Capabilities>>;
    /** Scalar leaves under the paths, as exact text, by their full path. */
    get(
      paths: readonly string[],
      limits?: CallLimits,
    ): Promise<Answer<{ leaves: ReadonlyMap<string, string> }>>;
  };
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
  const deadlines = { ...DEFAULT_DEADLINES, ...endpoint.deadlines };
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
  const system = new SystemClient(target, channelCredentials, shared);
  const gnmi = new gNMIClient(target, channelCredentials, shared);
  const metadata = new Metadata();
  const toFault = (error: Pick<ServiceError, 'code' | 'details'>): CallFault =>
    rpcFault(error, secure && { expected, fault: secure.identityFault() });
  const read = <Response, T extends object>(
    limits: CallLimits | undefined,
    start: UnaryStart<Response>,
    reader: (response: Response) => T,
    deadlineMs = deadlines.readMs,
  ): Promise<Answer<T>> => callDevice(limits ?? {}, deadlineMs, start, reader, toFault);

  return {
    os: {
      verify: (limits) => read(limits, (o, done) => os.verify({}, metadata, o, done), readVerify),
      install: (install) =>
        runInstall(
          os.install({ deadline: Date.now() + (install.deadlineMs ?? deadlines.installMs) }),
          { ...install, stallMs: install.stallMs ?? deadlines.stallMs },
          toFault,
        ),
      isInstalling: async (version, limits) => {
        const deadline = Date.now() + (limits?.deadlineMs ?? deadlines.readMs);
        const probe = { image: emptyImage(version), signal: limits?.signal, stallMs: deadlines.readMs };
        return readProbe(await runInstall(os.install({ deadline }), probe, toFault));
      },
      activate: async ({ version, noReboot, standbySupervisor = false }, limits) => {
        const request = { version, noReboot, standbySupervisor };
        const start: UnaryStart<ActivateResponse> = (o, done) => os.activate(request, metadata, o, done);
        const answer = await read(limits, start, (response) => response, deadlines.activateMs);
        return answer.kind === 'answer' ? readActivate(answer) : answer;
      },
    },
    system: {
      time: (limits) => read(limits, (o, done) => system.time({}, metadata, o, done), readTime),
      reboot: ({ message, delayNs = 0n }, limits) => {
        const request = {
          method: RebootMethod.COLD,
          delay: delayNs,
          message,
          subcomponents: [],
          force: false,
        };
        return read(
          limits,
          (o, done) => system.reboot(request, metadata, o, done),
          () => ({}),
          deadlines.rebootMs,
        );
      },
      rebootStatus: (limits) =>
        read(
          limits,
          (o, done) => system.rebootStatus({ subcomponents: [] }, metadata, o, done),
          readRebootStatus,
        ),
      cancelReboot: ({ message }, limits) =>
        read(
          limits,
          (o, done) => system.cancelReboot({ message, subcomponents: [] }, metadata, o, done),
          () => ({}),
        ),
    },
    gnmi: {
      capabilities: (limits) =>
        read(limits, (o, done) => gnmi.capabilities({}, metadata, o, done), readCapabilities),
      get: (paths, limits) => {
        const request = {
          prefix: undefined,
          path: paths.map(parsePath),
          type: GetRequest_DataType.STATE,
          encoding: Encoding.JSON_IETF,
        };
        return read(limits, (o, done) => gnmi.get(request, metadata, o, done), readLeaves);
      },
    },
    close: () => os.close(),
  };
}

/** An image that cannot be sent: a target that asks for it gets a cancelled stream. */
const emptyImage = (version: string): InstallOptions['image'] => ({
  version,
  bytes: 0,
  sha256: '',
  open: () => {
    throw new Error('a probe has no content');
  },
});
