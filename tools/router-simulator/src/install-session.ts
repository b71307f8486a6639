import { createHash } from 'node:crypto';
import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import { osWire } from '@vecino/gnoi';
import type { CallLog } from './call-log.js';
import type { Device } from './device.js';
import type { FaultPlan } from './fault.js';
import { versionInHeader } from './image-header.js';
import type { RouterNetwork } from './network.js';
import { peerName } from './served-call.js';

type InstallStream = ServerDuplexStream<osWire.InstallRequest, osWire.InstallResponse>;
type Response = NonNullable<osWire.InstallResponse['response']>;

const PROGRESS_EVERY_BYTES = 1024 * 1024;
const HEADER_BYTES = 512;

/** Serves one Install: counts and hashes what really arrives and keeps the version found in it. */
export function serveInstall(
  stream: InstallStream,
  device: Device,
  faults: FaultPlan,
  network: RouterNetwork,
  log: CallLog,
): void {
  new InstallSession(stream, device, faults, network, log).listen();
}

class InstallSession {
  readonly #stream: InstallStream;
  readonly #device: Device;
  readonly #faults: FaultPlan;
  readonly #network: RouterNetwork;
  readonly #log: CallLog;
  readonly #start = Date.now();
  readonly #peer: string | null;
  readonly #hash = createHash('sha256');
  readonly #dropAt: number | undefined;
  #request: osWire.TransferRequest | undefined;
  #header = Buffer.alloc(0);
  #bytes = 0;
  #reported = 0;
  #over = false;
  /** Whether this session holds the router's one Install. */
  #holding = false;

  constructor(
    stream: InstallStream,
    device: Device,
    faults: FaultPlan,
    network: RouterNetwork,
    log: CallLog,
  ) {
    this.#stream = stream;
    this.#device = device;
    this.#faults = faults;
    this.#network = network;
    this.#log = log;
    this.#peer = peerName(stream);
    this.#dropAt = faults.take('drop-stream')?.atByte;
  }

  listen(): void {
    this.#stream.on('data', (message: osWire.InstallRequest) => this.#read(message));
    // A cancelled stream ends before it says that it was cancelled: both are the same to the log.
    this.#stream.on('end', () => {
      this.#finish(false, 'CANCELLED');
      this.#stream.end();
    });
    // The client cancelled, or its connection is gone: what has arrived is thrown away.
    this.#stream.on('cancelled', () => this.#finish(false, 'CANCELLED'));
    this.#stream.on('error', () => this.#finish(false, 'BROKEN'));
  }

  #read({ request }: osWire.InstallRequest): void {
    if (this.#over) return;
    switch (request?.$case) {
      case 'transferRequest':
        return this.#begin(request.value);
      case 'transferContent':
        return this.#receive(request.value);
      case 'transferEnd':
        return this.#complete();
      case undefined:
        return this.#violated('an empty InstallRequest');
    }
  }

  #begin(request: osWire.TransferRequest): void {
    if (this.#request !== undefined) return this.#violated('a second TransferRequest');
    this.#request = request;
    const device = this.#device;
    const fault = this.#faults.take('install-error');
    if (fault !== undefined) {
      const type = osWire.InstallError_Type[fault.type];
      return this.#refuse(type, fault.detail, fault.alsoRpcError);
    }
    const { INSTALL_IN_PROGRESS, NOT_SUPPORTED_ON_BACKUP, TOO_LARGE } = osWire.InstallError_Type;
    if (request.standbySupervisor) return this.#refuse(NOT_SUPPORTED_ON_BACKUP, 'there is no standby');
    if (device.installing) return this.#refuse(INSTALL_IN_PROGRESS, 'another Install is running');
    if (device.installed.has(request.version)) return this.#validated(request.version, 'already present');
    if (request.packageSize > BigInt(device.freeBytes)) {
      return this.#refuse(TOO_LARGE, `${device.freeBytes} bytes are free`);
    }
    device.installing = true;
    this.#holding = true;
    this.#send({ $case: 'transferReady', value: {} });
  }

  #receive(content: Buffer): void {
    if (!this.#holding) return this.#violated('content before TransferReady');
    this.#hash.update(content);
    if (this.#header.length < HEADER_BYTES) {
      this.#header = Buffer.concat([this.#header, content.subarray(0, HEADER_BYTES)]);
    }
    this.#bytes += content.length;
    if (this.#dropAt !== undefined && this.#bytes >= this.#dropAt) {
      this.#finish(false, 'DROPPED');
      return this.#network.dropConnections();
    }
    if (this.#bytes - this.#reported >= PROGRESS_EVERY_BYTES) {
      this.#reported = this.#bytes;
      this.#send({ $case: 'transferProgress', value: { bytesReceived: BigInt(this.#bytes) } });
    }
  }

  #complete(): void {
    const request = this.#request;
    if (request === undefined || !this.#holding) return this.#violated('TransferEnd before TransferReady');
    if (request.packageSize !== 0n && request.packageSize !== BigInt(this.#bytes)) {
      const text = `${this.#bytes} bytes arrived where ${request.packageSize} were announced`;
      return this.#refuse(osWire.InstallError_Type.INTEGRITY_FAIL, text);
    }
    // As real targets do: the version is the one found in the package, not the one asked for.
    const version = versionInHeader(this.#header) ?? request.version;
    this.#device.installed.add(version);
    this.#validated(version, 'installed');
  }

  #validated(version: string, description: string): void {
    this.#finish(true, 'OK', { validated: version });
    this.#send({ $case: 'validated', value: { version, description } });
    this.#stream.end();
  }

  #refuse(type: osWire.InstallError_Type, detail: string, alsoRpcError = false): void {
    const name = Object.entries(osWire.InstallError_Type).find(([, value]) => value === type)?.[0];
    this.#finish(false, 'INSTALL_ERROR', { install_error: name ?? type });
    this.#send({ $case: 'installError', value: { type, detail } });
    if (alsoRpcError) this.#stream.emit('error', { code: status.INTERNAL, details: detail });
    else this.#stream.end();
  }

  #violated(text: string): void {
    this.#finish(false, 'INVALID_ARGUMENT', { violation: text });
    this.#stream.emit('error', { code: status.INVALID_ARGUMENT, details: text });
  }

  #send(response: Response): void {
    this.#stream.write({ response });
  }

  #finish(accepted: boolean, outcome: string, detail: Record<string, string | number> = {}): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#holding) this.#device.installing = false;
    this.#log.write({
      kind: 'call',
      router_id: this.#device.routerId,
      rpc: 'gnoi.os.OS/Install',
      start: this.#start,
      end: Date.now(),
      peer: this.#peer,
      accepted,
      status: outcome,
      detail: {
        version: this.#request?.version ?? '',
        transferred: this.#bytes > 0,
        bytes: this.#bytes,
        sha256: this.#hash.digest('hex'),
        ...detail,
      },
    });
  }
}
