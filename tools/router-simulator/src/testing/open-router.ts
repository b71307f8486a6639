import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import {
  connectDevice,
  gnmiWire,
  osWire,
  parsePath,
  systemWire,
  type DeviceConnection,
  type InstallImage,
} from '@vecino/gnoi';
import type { CallRecord } from '../call-log.js';
import { CertificateAuthority } from '../certificate-authority.js';
import type { FaultKind } from '../fault.js';
import type { RouterSettings } from '../router-config.js';
import type { RouterSnapshot } from '../router-snapshot.js';
import type { Router } from '../router.js';
import { imageHeader } from '../image-header.js';
import { startSimulator, type Simulator } from '../simulator.js';
import { writeImage } from '../write-image.js';

export const ROUTER_ID = 'edge-1';
export const OLD = '1.0.0';
export const NEW = '2.0.0';

/** One simulated router, our driver, and clients that say whatever a test wants them to. */
export interface OpenRouter {
  readonly dir: string;
  readonly simulator: Simulator;
  readonly router: Router;
  readonly device: DeviceConnection;
  readonly raw: RawCalls;
  snapshot(): RouterSnapshot;
  struck(kind: FaultKind): number;
  calls(method: string): CallRecord[];
  image(version: string, bytes?: number): Promise<InstallImage>;
  /** Installs and activates without a reboot. */
  arm(version: string): Promise<void>;
  /** Orders a reboot and waits until the router has booted and answers. */
  reboot(): Promise<void>;
  close(): Promise<void>;
}

export async function openRouter(
  settings: Partial<RouterSettings> = {},
  options: { readonly tls?: boolean; readonly control?: number } = {},
): Promise<OpenRouter> {
  const dir = mkdtempSync(join(tmpdir(), 'vecino-router-'));
  const authority = options.tls ? await CertificateAuthority.create() : undefined;
  const simulator = await startSimulator({
    routers: [
      { routerId: ROUTER_ID, address: '127.0.0.1', port: 0, runningVersion: OLD, rebootMs: 30, ...settings },
    ],
    callLog: join(dir, 'calls.jsonl'),
    ...(authority !== undefined && { authority }),
    ...(options.control !== undefined && { control: options.control }),
  });
  const router = simulator.router(ROUTER_ID);
  const { address, port } = router.snapshot();
  const client = await authority?.issueClient('tester');
  const tls = authority &&
    client && { ca: authority.identity.certificate, cert: client.certificate, key: client.key };
  const device = connectDevice({ address, port, serverName: ROUTER_ID, ...(tls && { tls }) });
  const target = `${address}:${port}`;
  const channelCredentials = tls
    ? credentials.createSsl(Buffer.from(tls.ca), Buffer.from(tls.key), Buffer.from(tls.cert))
    : credentials.createInsecure();
  const channel = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 200 };
  const os = new osWire.OSClient(target, channelCredentials, channel);
  const system = new systemWire.SystemClient(target, channelCredentials, channel);
  const gnmi = new gnmiWire.gNMIClient(target, channelCredentials, channel);

  const image = async (version: string, bytes = 200_000): Promise<InstallImage> => {
    const manifest = await writeImage(dir, version, bytes, 'seed');
    const content = readFileSync(join(dir, version, 'image.bin'));
    return {
      version,
      bytes: manifest.size,
      sha256: manifest.sha256,
      async *open() {
        yield content;
      },
    };
  };
  return {
    dir,
    simulator,
    router,
    device,
    raw: rawCalls(os, system, gnmi),
    snapshot: () => router.snapshot(),
    struck: (kind) => router.snapshot().struck[kind] ?? 0,
    calls: (method) => simulator.calls().filter(({ rpc }) => rpc.endsWith(`/${method}`)),
    image,
    async arm(version) {
      const installed = await device.os.install({ image: await image(version) });
      if (installed.kind !== 'validated') throw new Error(`not installed: ${JSON.stringify(installed)}`);
      const activated = await device.os.activate({ version, noReboot: true });
      if (activated.kind !== 'activated') throw new Error(`not activated: ${JSON.stringify(activated)}`);
    },
    async reboot() {
      const { boots } = router.snapshot();
      const answer = await device.system.reboot({ message: 'forward' });
      if (answer.kind !== 'answer') throw new Error(`not rebooted: ${JSON.stringify(answer)}`);
      await until(() => router.snapshot().boots > boots && router.snapshot().up);
      await until(async () => (await device.system.time()).kind === 'answer');
    },
    async close() {
      device.close();
      [os, system, gnmi].forEach((one) => one.close());
      await simulator.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Waits for what a test's own time limit bounds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 3));
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

const promised = <Response>(
  start: (metadata: Metadata, done: Done<Response>) => unknown,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    start(new Metadata(), (error, response) => (error ? reject(error) : resolve(response)));
  });

/** The calls as the wire has them; each rejects with the ServiceError. What is left out is as if never set. */
function rawCalls(os: osWire.OSClient, system: systemWire.SystemClient, gnmi: gnmiWire.gNMIClient) {
  return {
    install: () => rawInstall(os),
    activate: (version: string, set: { standbySupervisor?: boolean; noReboot?: boolean } = {}) => {
      const request = { version, standbySupervisor: false, noReboot: false, ...set };
      return promised<osWire.ActivateResponse>((m, done) => os.activate(request, m, done));
    },
    verify: () => promised<osWire.VerifyResponse>((m, done) => os.verify({}, m, done)),
    time: () => promised<systemWire.TimeResponse>((m, done) => system.time({}, m, done)),
    reboot: (set: Partial<systemWire.RebootRequest> = {}) => {
      const request = {
        method: systemWire.RebootMethod.COLD,
        delay: 0n,
        message: '',
        subcomponents: [],
        force: false,
        ...set,
      };
      return promised<systemWire.RebootResponse>((m, done) => system.reboot(request, m, done));
    },
    rebootStatus: (subcomponents: systemWire.RebootStatusRequest['subcomponents'] = []) =>
      promised<systemWire.RebootStatusResponse>((m, done) => system.rebootStatus({ subcomponents }, m, done)),
    cancelReboot: (subcomponents: systemWire.RebootStatusRequest['subcomponents'] = []) => {
      const request = { message: 'never mind', subcomponents };
      return promised<systemWire.CancelRebootResponse>((m, done) => system.cancelReboot(request, m, done));
    },
    capabilities: () => promised<gnmiWire.CapabilityResponse>((m, done) => gnmi.capabilities({}, m, done)),
    get: (
      paths: readonly string[],
      encoding: gnmiWire.Encoding = gnmiWire.Encoding.PROTO,
      set: Partial<gnmiWire.GetRequest> = {},
    ) => {
      const request: gnmiWire.GetRequest = {
        prefix: undefined,
        path: paths.map(parsePath),
        type: gnmiWire.GetRequest_DataType.ALL,
        encoding,
        ...set,
      };
      return promised<gnmiWire.GetResponse>((m, done) => gnmi.get(request, m, done));
    },
  };
}
export type RawCalls = ReturnType<typeof rawCalls>;

export const component = (name: string) => ({
  origin: '',
  elem: [
    { name: 'components', key: {} },
    { name: 'component', key: { name } },
  ],
});

type Wire = NonNullable<osWire.InstallRequest['request']>;
type Answer = NonNullable<osWire.InstallResponse['response']>;

/** An Install that says what it is told, in any order. */
export interface RawInstall {
  say(request: Wire): void;
  sayNothing(): void;
  readonly answers: readonly Answer[];
  /** The next answer that was not waited for yet. */
  next(): Promise<Answer>;
  /** gRPC status, once the stream is over. */
  readonly ended: Promise<{ code: number; details: string }>;
  halfClose(): void;
  cancel(): void;
}

export function rawInstall(os: osWire.OSClient): RawInstall {
  const call = os.install();
  const answers: Answer[] = [];
  let read = 0;
  let over = false;
  call.on('data', ({ response }: osWire.InstallResponse) => response && answers.push(response));
  call.on('error', () => undefined);
  const ended = new Promise<{ code: number; details: string }>((resolve) =>
    call.on('status', ({ code, details }) => {
      over = true;
      resolve({ code, details });
    }),
  );
  return {
    answers,
    ended,
    say: (request) => void call.write({ request }),
    sayNothing: () => void call.write({ request: undefined }),
    async next() {
      await until(() => answers.length > read || over);
      const answer = answers[read++];
      if (answer === undefined) throw new Error('the stream ended without another answer');
      return answer;
    },
    halfClose: () => void call.end(),
    cancel: () => call.cancel(),
  };
}

export const transferRequest = (
  version: string,
  { standbySupervisor = false, packageSize = 0n } = {},
): Wire => ({
  $case: 'transferRequest',
  value: { version, standbySupervisor, packageSize },
});
export const content = (bytes: Buffer): Wire => ({ $case: 'transferContent', value: bytes });
export const transferEnd: Wire = { $case: 'transferEnd', value: {} };

/** A package that says which version it holds, as the simulator reads it. */
export const packageOf = (version: string, bytes = 1_000): Buffer =>
  Buffer.concat([imageHeader(version), Buffer.alloc(bytes)]);
