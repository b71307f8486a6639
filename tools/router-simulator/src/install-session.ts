import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import { osWire } from '@vecino/gnoi';
import type { InstallErrorType } from '@vecino/upgrade';
import { crashAfter, stepClock } from './boot.js';
import type { CallRecord } from './call-log.js';
import type { Refusal } from './call-refusals.js';
import type { FaultOf } from './fault.js';
import { versionInHeader } from './image-header.js';
import { admitInstall, type InstallDemand } from './install-admission.js';
import { InstallFaults } from './install-faults.js';
import { nextInstallStep, type InstallMessage, type InstallState } from './install-protocol.js';
import type { RouterParts } from './router-parts.js';
import { peerName, rpcName } from './served-call.js';
import type { Supervisor } from './supervisor.js';

type InstallStream = ServerDuplexStream<osWire.InstallRequest, osWire.InstallResponse>;
type Response = NonNullable<osWire.InstallResponse['response']>;

const PROGRESS_EVERY_BYTES = 1024 * 1024;
const HEADER_BYTES = 512;
/** A timer's finest grain: shorter waits are saved up. */
const SHORTEST_WAIT_MS = 2;
const COPY_STEPS_PERCENT = [25, 50, 75, 100];

/** Serves one Install: counts and hashes what really arrives and keeps the version found in it. */
export function serveInstall(stream: InstallStream, parts: RouterParts): void {
  void new InstallSession(stream, parts).run();
}

class InstallSession {
  readonly #stream: InstallStream;
  readonly #parts: RouterParts;
  readonly #start = Date.now();
  readonly #peer: string | null;
  readonly #hash = createHash('sha256');
  /** Aborted when nobody waits for an answer any more. */
  readonly #gone = new AbortController();
  #state: InstallState = { kind: 'opened' };
  #demand: InstallDemand | undefined;
  #faults: InstallFaults | undefined;
  #onto: readonly Supervisor[] = [];
  #header = Buffer.alloc(0);
  #bytes = 0;
  #reported = 0;
  #owedMs = 0;
  #over = false;
  /** gRPC error to end the stream with, once nobody reads it any more: it would be destroyed with what was written. */
  #failure: Refusal | undefined;

  constructor(stream: InstallStream, parts: RouterParts) {
    this.#stream = stream;
    this.#parts = parts;
    this.#peer = peerName(stream);
  }

  /** Reads one message at a time: what is not read yet waits on the client's side. */
  async run(): Promise<void> {
    // The client cancelled, or its connection is gone: what has arrived is thrown away.
    this.#stream.on('cancelled', () => {
      this.#finish(false, 'CANCELLED');
      this.#gone.abort();
    });
    this.#stream.on('error', () => this.#finish(false, 'BROKEN'));
    const refusal = this.#parts.refusals.next('Install');
    if (refusal !== undefined) {
      this.#finish(false, status[refusal.code]);
      this.#stream.emit('error', refusal);
      return;
    }
    await this.#readAll();
    if (this.#failure !== undefined) this.#stream.emit('error', this.#failure);
    if (this.#over) return;
    this.#finish(false, 'CANCELLED');
    this.#stream.end();
  }

  async #readAll(): Promise<void> {
    try {
      for await (const message of this.#stream.iterator({ destroyOnReturn: false })) {
        await this.#read(message as osWire.InstallRequest);
        if (this.#over) break;
      }
    } catch (error) {
      // The stream or a wait was broken off, and the listeners have said so; or else this code is wrong.
      if (!this.#over) throw error;
    }
  }

  async #read({ request }: osWire.InstallRequest): Promise<void> {
    const step = nextInstallStep(this.#state, messageOf(request));
    switch (step.kind) {
      case 'violation':
        return this.#violated(step.text);
      case 'admit':
        if (request?.$case === 'transferRequest') await this.#begin(request.value);
        return;
      case 'store':
        this.#state = step.state;
        if (request?.$case === 'transferContent') await this.#receive(request.value);
        return;
      case 'check':
        this.#state = step.state;
        return this.#complete();
    }
  }

  async #begin(demand: InstallDemand): Promise<void> {
    const { device, faults } = this.#parts;
    this.#demand = demand;
    const on = demand.standbySupervisor ? 'standby' : 'active';
    const fault = InstallFaults.atRequest(faults, on);
    if (fault !== undefined) return this.#refuse(fault.type, fault.detail, fault.alsoRpcError);
    const admission = admitInstall(device, demand);
    switch (admission.kind) {
      case 'refused':
        return this.#refuse(admission.type, admission.detail);
      case 'present':
        return this.#validated(admission.version, 'already present');
      case 'copy':
        this.#hold(on, [admission.onto]);
        this.#state = { kind: 'deaf' };
        return this.#copy(admission.version);
      case 'transfer':
        this.#hold(on, admission.onto);
        this.#state = { kind: 'receiving', bytes: 0 };
        return this.#send({ $case: 'transferReady', value: {} });
    }
  }

  #hold(on: 'active' | 'standby', onto: readonly Supervisor[]): void {
    const { device, faults } = this.#parts;
    device.installer = this;
    this.#onto = onto;
    this.#faults = new InstallFaults(faults, on);
    stepClock(device, faults, 'install');
  }

  /** From the other supervisor's disk. Of the faults at a byte those at byte 0 strike. */
  async #copy(version: string): Promise<void> {
    if (this.#faults?.drops(0)) return this.#drop();
    await this.#wait(this.#faults?.hangMs(0) ?? 0);
    for (const percentageTransferred of COPY_STEPS_PERCENT) {
      await this.#wait(this.#parts.device.config.syncMs / COPY_STEPS_PERCENT.length);
      this.#send({ $case: 'syncProgress', value: { percentageTransferred } });
    }
    if (await this.#failsAfterEnd()) return;
    for (const supervisor of this.#onto) supervisor.installed.add(version);
    this.#validated(version, 'copied from the other supervisor');
  }

  async #receive(content: Buffer): Promise<void> {
    this.#hash.update(content);
    if (this.#header.length < HEADER_BYTES) {
      this.#header = Buffer.concat([this.#header, content.subarray(0, HEADER_BYTES)]);
    }
    this.#bytes += content.length;
    if (this.#bytes > this.#parts.device.disk.freeBytes) {
      return this.#refuse('TOO_LARGE', `${this.#parts.device.disk.freeBytes} bytes are free`);
    }
    if (this.#faults?.drops(this.#bytes)) return this.#drop();
    const error = this.#faults?.errorAt(this.#bytes);
    if (error !== undefined) return this.#refuse(error.type, error.detail, error.alsoRpcError);
    await this.#wait(this.#faults?.hangMs(this.#bytes) ?? 0);
    await this.#write(content.length);
    if (this.#bytes - this.#reported >= PROGRESS_EVERY_BYTES) {
      this.#reported = this.#bytes;
      this.#send({ $case: 'transferProgress', value: { bytesReceived: BigInt(this.#bytes) } });
    }
  }

  async #write(bytes: number): Promise<void> {
    this.#owedMs += this.#faults?.writeMs(bytes) ?? 0;
    if (this.#owedMs < SHORTEST_WAIT_MS) return;
    const start = performance.now();
    await this.#wait(this.#owedMs);
    // Timers are late; what they were late is not owed again.
    this.#owedMs -= performance.now() - start;
  }

  async #complete(): Promise<void> {
    const { device, faults } = this.#parts;
    const { version: asked = '', packageSize = 0n } = this.#demand ?? {};
    await this.#wait(this.#faults?.hangAfterEndMs() ?? 0);
    await this.#wait(device.config.validateMs);
    if (await this.#failsAfterEnd()) return;
    if (packageSize !== 0n && packageSize !== BigInt(this.#bytes)) {
      const text = `${this.#bytes} bytes arrived where ${packageSize} were announced`;
      return this.#refuse('INTEGRITY_FAIL', text);
    }
    const two = faults.take('two-answers');
    if (two !== undefined) return this.#answerTwice(two, asked);
    // As real targets do: the version is the one found in the package, not the one asked for.
    const other = faults.take('validated-other')?.version;
    const version = other ?? versionInHeader(this.#header) ?? asked;
    if (version === '') return this.#refuse('PARSE_FAIL', 'the package names no version');
    if (asked === '' && version === device.runningVersion) {
      return this.#refuse('INSTALL_RUN_PACKAGE', `${version} is running`);
    }
    device.install(version, this.#onto, this.#bytes);
    this.#validated(version, 'installed');
  }

  async #failsAfterEnd(): Promise<boolean> {
    const error = this.#faults?.errorAfterEnd();
    if (error !== undefined) this.#refuse(error.type, error.detail, error.alsoRpcError);
    return error !== undefined;
  }

  #answerTwice({ first, type, detail }: FaultOf<'two-answers'>, version: string): void {
    this.#finish(false, 'TWO_ANSWERS', { install_error: type });
    const answers: Response[] = [
      { $case: 'validated', value: { version, description: 'installed' } },
      { $case: 'installError', value: { type: osWire.InstallError_Type[type], detail } },
    ];
    for (const answer of first === 'validated' ? answers : answers.reverse()) this.#send(answer);
    this.#stream.end();
  }

  #validated(version: string, description: string): void {
    this.#finish(true, 'OK', { validated: version });
    this.#send({ $case: 'validated', value: { version, description } });
    this.#stream.end();
    crashAfter(this.#parts, 'install');
  }

  #refuse(type: InstallErrorType, detail: string, alsoRpcError = false): void {
    this.#finish(false, 'INSTALL_ERROR', { install_error: type });
    this.#send({ $case: 'installError', value: { type: osWire.InstallError_Type[type], detail } });
    if (alsoRpcError) this.#failure = { code: status.INTERNAL, details: detail };
    else this.#stream.end();
  }

  #drop(): void {
    this.#finish(false, 'DROPPED');
    this.#parts.network.dropConnections();
  }

  #violated(text: string): void {
    this.#finish(false, 'INVALID_ARGUMENT', { violation: text });
    this.#failure = { code: status.INVALID_ARGUMENT, details: text };
  }

  /** Rejects when the client goes away meanwhile. `ms` may be infinite. */
  async #wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    const { signal } = this.#gone;
    if (ms !== Infinity) return sleep(ms, undefined, { signal });
    await new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true }));
  }

  #send(response: Response): void {
    this.#stream.write({ response });
  }

  #finish(accepted: boolean, outcome: string, detail: CallRecord['detail'] = {}): void {
    if (this.#over) return;
    this.#over = true;
    const { device, log } = this.#parts;
    if (device.installer === this) device.installer = undefined;
    log.write({
      kind: 'call',
      router_id: device.routerId,
      rpc: rpcName('Install'),
      start: this.#start,
      end: Date.now(),
      peer: this.#peer,
      accepted,
      status: outcome,
      detail: {
        version: this.#demand?.version ?? '',
        standby: this.#demand?.standbySupervisor ?? false,
        transferred: this.#bytes > 0,
        bytes: this.#bytes,
        sha256: this.#hash.digest('hex'),
        ...detail,
      },
    });
  }
}

function messageOf(request: osWire.InstallRequest['request']): InstallMessage {
  switch (request?.$case) {
    case 'transferRequest':
      return { kind: 'request' };
    case 'transferContent':
      return { kind: 'content', bytes: request.value.length };
    case 'transferEnd':
      return { kind: 'end' };
    case undefined:
      return { kind: 'empty' };
  }
}
