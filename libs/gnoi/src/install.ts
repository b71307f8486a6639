import { createHash } from 'node:crypto';
import type { StatusObject } from '@grpc/grpc-js';
import { errorText } from '@vecino/foundation';
import { INSTALL_ERROR_TYPES, type InstallOutcome } from '@vecino/upgrade';
import { cancelledBeforeStart, type ToFault } from './device-caller.js';
import { enumName } from './enum-name.js';
import { InstallError_Type, type InstallRequest, type InstallResponse } from './gen/gnoi/os.js';
import type { InstallStream } from './install-stream.js';

/** What targets take in one message: the specification of Install names no limit, that of SetPackage this one. */
export const CHUNK_BYTES = 64 * 1024;

/** The image to send, as the image store describes it. */
export interface InstallImage {
  readonly version: string;
  readonly bytes: number;
  /** Hex SHA-256 of the content. There is no hash on the wire, so it is checked here, before the transfer is completed. */
  readonly sha256: string;
  /** Opens the content from its beginning, in chunks of any size. */
  open(): AsyncIterable<Buffer>;
}

/** `sent`: bytes handed to the connection; `received`: the last count the target reported, 0 if it never does. */
export interface InstallProgress {
  readonly sent: number;
  readonly received: number;
  /** Of the copy from one supervisor to the other. */
  readonly syncPercent?: number;
}

export interface InstallOptions {
  readonly image: InstallImage;
  readonly standbySupervisor?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
  /** Gives up when neither a byte was accepted nor a message received for this long, until all is sent. */
  readonly stallMs?: number;
  /** Gives up when no message was received for this long after all is sent: the target unpacks and checks in silence. */
  readonly validateMs?: number;
  /** Called for each chunk and each message: often. */
  readonly onProgress?: (progress: InstallProgress) => void;
}

type InstallRun = InstallOptions & { readonly stallMs: number; readonly validateMs: number };

/** After the answer the target may still contradict itself or close the stream with an error; not longer than this. */
const LINGER_MS = 1_000;

/** Runs one Install on an opened stream to its outcome. Never rejects. */
export async function runInstall(
  call: InstallStream,
  options: InstallRun,
  toFault: ToFault,
): Promise<InstallOutcome> {
  if (options.signal?.aborted) {
    call.on('error', () => undefined);
    call.cancel();
    return cancelledBeforeStart;
  }
  return new InstallSession(call, options, toFault).run();
}

/** One Install: a writer that sends chunks as the connection takes them, and a reader that decides when it is over. */
class InstallSession {
  readonly #call: InstallStream;
  readonly #options: InstallRun;
  readonly #toFault: ToFault;
  readonly #settled: Promise<void>;
  readonly #closed: Promise<void>;
  #settle: () => void = () => undefined;
  #close: () => void = () => undefined;
  /** Lets a waiting writer go on. */
  #resume: () => void = () => undefined;
  #outcome: InstallOutcome | undefined;
  #sending: Promise<void> | undefined;
  #sent = 0;
  #allSent = false;
  #received = 0;
  #silence: NodeJS.Timeout | undefined;

  constructor(call: InstallStream, options: InstallRun, toFault: ToFault) {
    this.#call = call;
    this.#options = options;
    this.#toFault = toFault;
    this.#settled = new Promise((resolve) => (this.#settle = resolve));
    this.#closed = new Promise((resolve) => (this.#close = resolve));
  }

  async run(): Promise<InstallOutcome> {
    const { image, signal, standbySupervisor = false, stallMs } = this.#options;
    const cancel = (): void => this.#call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    this.#listen();
    this.#allow(stallMs);
    const value = { version: image.version, standbySupervisor, packageSize: BigInt(image.bytes) };
    this.#call.write({ request: { $case: 'transferRequest', value } });
    // Not for the writer: it sends nothing after this, and its read of the image may hang for ever.
    await this.#settled;
    await this.#lingerUntilClosed();
    signal?.removeEventListener('abort', cancel);
    return this.#outcome ?? { kind: 'protocol-violation', message: 'no outcome' };
  }

  #listen(): void {
    this.#call.on('data', (message: InstallResponse) => this.#read(message));
    this.#call.on('drain', () => this.#resume());
    // The status event says the same; an unheard error event would end the process.
    this.#call.on('error', () => undefined);
    this.#call.on('status', (status: StatusObject) => {
      // A message wins over the status that follows it.
      this.#end(
        status.code === 0
          ? { kind: 'protocol-violation', message: 'the stream ended without an answer' }
          : this.#toFault(status),
      );
      this.#close();
    });
  }

  #read({ response }: InstallResponse): void {
    this.#silence?.refresh();
    switch (response?.$case) {
      case 'transferReady':
        this.#sending ??= this.#send();
        return;
      case 'transferProgress':
        this.#received = Number(response.value.bytesReceived);
        this.#report();
        return;
      case 'syncProgress':
        this.#report(response.value.percentageTransferred);
        return;
      case 'validated':
        this.#end(this.#validated(response.value.version));
        return;
      case 'installError': {
        const { type, detail } = response.value;
        const known = enumName(InstallError_Type, INSTALL_ERROR_TYPES, type);
        // Of two answers the bad one counts, in whichever order they come.
        this.#outcome = undefined;
        this.#end({ kind: 'install-error', type: known, detail });
        return;
      }
      case undefined:
        this.#end({ kind: 'protocol-violation', message: 'an empty InstallResponse' });
    }
  }

  #validated(version: string): InstallOutcome {
    const { image } = this.#options;
    if (version !== image.version)
      return { kind: 'validated-other', asked: image.version, answered: version };
    const transferred = this.#sending !== undefined;
    if (transferred && !this.#allSent) {
      const message = `validated after ${this.#sent} of ${image.bytes} bytes`;
      return { kind: 'protocol-violation', message };
    }
    return { kind: 'validated', version, transferred, bytes: this.#sent };
  }

  async #send(): Promise<void> {
    const { image, validateMs } = this.#options;
    const hash = createHash('sha256');
    try {
      for await (const chunk of image.open()) {
        hash.update(chunk);
        await this.#sendContent(chunk);
        if (this.#outcome !== undefined) return;
      }
    } catch (error) {
      const message = errorText(error);
      return this.#abort({ kind: 'source-unreadable', message });
    }
    const actual = `${this.#sent} bytes sha256:${hash.digest('hex')}`;
    const expected = `${image.bytes} bytes sha256:${image.sha256}`;
    if (actual !== expected) return this.#abort({ kind: 'source-mismatch', expected, actual });
    this.#allSent = true;
    const end: InstallRequest = { request: { $case: 'transferEnd', value: {} } };
    const taken = new Promise<void>((resolve) => this.#call.write(end, () => resolve()));
    await Promise.race([taken, this.#settled]);
    this.#allow(validateMs);
  }

  async #sendContent(chunk: Buffer): Promise<void> {
    for (let start = 0; start < chunk.length && this.#outcome === undefined; start += CHUNK_BYTES) {
      const value = chunk.subarray(start, start + CHUNK_BYTES);
      await this.#write({ request: { $case: 'transferContent', value } });
      this.#sent += value.length;
      this.#silence?.refresh();
      this.#report();
    }
  }

  /** Waits until the connection takes more, so that a slow router never makes the image pile up in memory. */
  async #write(request: InstallRequest): Promise<void> {
    if (this.#call.write(request) || this.#outcome !== undefined) return;
    await new Promise<void>((resolve) => (this.#resume = resolve));
  }

  #report(syncPercent?: number): void {
    this.#options.onProgress?.({
      sent: this.#sent,
      received: this.#received,
      ...(syncPercent !== undefined && { syncPercent }),
    });
  }

  /** Allows this much silence from now on, as long as nothing is decided. */
  #allow(ms: number): void {
    this.#stopWatching();
    if (this.#outcome !== undefined) return;
    this.#silence = setTimeout(() => this.#abort({ kind: 'stalled', afterMs: ms, bytes: this.#sent }), ms);
  }

  #stopWatching(): void {
    clearTimeout(this.#silence);
    // Forgotten as well: to refresh a cleared timer would start it again.
    this.#silence = undefined;
  }

  /** Breaks the stream off: without TransferEnd the target keeps nothing. */
  #abort(outcome: InstallOutcome): void {
    this.#end(outcome);
    this.#call.cancel();
  }

  #end(outcome: InstallOutcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#stopWatching();
    this.#settle();
    this.#resume();
  }

  async #lingerUntilClosed(): Promise<void> {
    this.#call.end();
    const linger = setTimeout(() => this.#call.cancel(), LINGER_MS);
    await this.#closed;
    clearTimeout(linger);
  }
}
