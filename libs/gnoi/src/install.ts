import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ClientDuplexStream, ServiceError, StatusObject } from '@grpc/grpc-js';
import { INSTALL_ERROR_TYPES, type CallFault, type InstallOutcome } from '@vecino/upgrade';
import { cancelledBeforeStart } from './device-caller.js';
import { enumName } from './enum-name.js';
import { InstallError_Type, type InstallRequest, type InstallResponse } from './gen/gnoi/os.js';

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
  readonly syncPercent?: number;
}

export interface InstallOptions {
  readonly image: InstallImage;
  readonly standbySupervisor?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
  /** Gives up when neither a byte was accepted nor a message received for this long. */
  readonly stallMs?: number;
  readonly onProgress?: (progress: InstallProgress) => void;
}

type InstallCall = ClientDuplexStream<InstallRequest, InstallResponse>;

/** After the answer the target may still contradict itself or close the stream with an error; not longer than this. */
const LINGER_MS = 1_000;

/** Runs one Install on an opened stream to its outcome. Never rejects. */
export async function runInstall(
  call: InstallCall,
  options: InstallOptions & { readonly stallMs: number },
  toFault: (error: Pick<ServiceError, 'code' | 'details'>) => CallFault,
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
  readonly #call: InstallCall;
  readonly #options: InstallOptions & { readonly stallMs: number };
  readonly #toFault: (error: Pick<ServiceError, 'code' | 'details'>) => CallFault;
  readonly #settled: Promise<void>;
  readonly #closed: Promise<void>;
  #settle: () => void = () => undefined;
  #close: () => void = () => undefined;
  #outcome: InstallOutcome | undefined;
  #sending: Promise<void> | undefined;
  #sent = 0;
  #received = 0;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(
    call: InstallCall,
    options: InstallOptions & { readonly stallMs: number },
    toFault: (error: Pick<ServiceError, 'code' | 'details'>) => CallFault,
  ) {
    this.#call = call;
    this.#options = options;
    this.#toFault = toFault;
    this.#settled = new Promise((resolve) => (this.#settle = resolve));
    this.#closed = new Promise((resolve) => (this.#close = resolve));
  }

  async run(): Promise<InstallOutcome> {
    const { image, signal, standbySupervisor } = this.#options;
    const cancel = (): void => this.#call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    this.#listen();
    this.#moved();
    this.#call.write({
      request: {
        $case: 'transferRequest',
        value: {
          version: image.version,
          standbySupervisor: standbySupervisor ?? false,
          packageSize: BigInt(image.bytes),
        },
      },
    });
    await this.#settled;
    clearTimeout(this.#stallTimer);
    await this.#sending;
    await this.#lingerUntilClosed();
    signal?.removeEventListener('abort', cancel);
    return this.#outcome ?? { kind: 'protocol-violation', message: 'no outcome' };
  }

  #listen(): void {
    this.#call.on('data', (message: InstallResponse) => this.#read(message));
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
    this.#moved();
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
    const asked = this.#options.image.version;
    if (version !== asked) return { kind: 'validated-other', asked, answered: version };
    return { kind: 'validated', version, transferred: this.#sending !== undefined, bytes: this.#sent };
  }

  async #send(): Promise<void> {
    const { image } = this.#options;
    const hash = createHash('sha256');
    try {
      for await (const chunk of image.open()) {
        for (let start = 0; start < chunk.length; start += CHUNK_BYTES) {
          if (this.#outcome !== undefined) return;
          const piece = chunk.subarray(start, start + CHUNK_BYTES);
          hash.update(piece);
          await this.#write({ request: { $case: 'transferContent', value: piece } });
          this.#sent += piece.length;
          this.#moved();
          this.#report();
        }
      }
    } catch (error) {
      this.#abort({
        kind: 'source-unreadable',
        message: error instanceof Error ? error.message : String(error),
      });
      return;
    }
    if (this.#outcome !== undefined) return;
    const actual = `${this.#sent} bytes sha256:${hash.digest('hex')}`;
    const expected = `${image.bytes} bytes sha256:${image.sha256}`;
    if (actual !== expected) return this.#abort({ kind: 'source-mismatch', expected, actual });
    await this.#write({ request: { $case: 'transferEnd', value: {} } });
  }

  /** Waits until the connection takes more, so that a slow router never makes the image pile up in memory. */
  async #write(request: InstallRequest): Promise<void> {
    if (this.#call.write(request)) return;
    const stop = new AbortController();
    const drained = once(this.#call, 'drain', { signal: stop.signal }).catch(() => undefined);
    await Promise.race([drained, this.#settled]);
    stop.abort();
  }

  #report(syncPercent?: number): void {
    this.#options.onProgress?.({
      sent: this.#sent,
      received: this.#received,
      ...(syncPercent !== undefined && { syncPercent }),
    });
  }

  #moved(): void {
    clearTimeout(this.#stallTimer);
    if (this.#outcome !== undefined) return;
    const { stallMs } = this.#options;
    this.#stallTimer = setTimeout(
      () => this.#abort({ kind: 'stalled', afterMs: stallMs, bytes: this.#sent }),
      stallMs,
    );
  }

  /** Breaks the stream off: without TransferEnd the target keeps nothing. */
  #abort(outcome: InstallOutcome): void {
    this.#end(outcome);
    this.#call.cancel();
  }

  #end(outcome: InstallOutcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#settle();
  }

  async #lingerUntilClosed(): Promise<void> {
    this.#call.end();
    const linger = setTimeout(() => this.#call.cancel(), LINGER_MS);
    await this.#closed;
    clearTimeout(linger);
  }
}
