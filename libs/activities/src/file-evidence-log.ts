import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { redactText } from '@vecino/foundation';
import type { Logger } from '@vecino/telemetry';
import type { EvidenceEntry, EvidenceLog } from './evidence-store.js';
import { isMutating } from './mutating-call.js';
import type { SerialQueue } from './serial-queue.js';

/** Beyond this a deployment's log takes only what changes the device, beyond twice this nothing. */
export const LARGEST_CALL_LOG_BYTES = 1024 * 1024;
/** Beyond this no more snapshots and differences are written down. Room for those of a router with 10,000s of interfaces. */
export const LARGEST_FINDINGS_BYTES = 32 * 1024 * 1024;

export const FILE_MODE = 0o640;
export const DIR_MODE = 0o750;

/** Calls in one file, findings in another, so that each has its own limit. */
export interface EvidenceLogFiles {
  readonly calls: string;
  readonly findings: string;
}

/** Appends a line per entry. Losing evidence is told, and does not stop an upgrade. */
export class FileEvidenceLog implements EvidenceLog {
  readonly #queue: SerialQueue;
  readonly #logger: Logger;
  readonly #calls: LineFile;
  readonly #findings: LineFile;
  #lost = false;

  constructor({ calls, findings }: EvidenceLogFiles, queue: SerialQueue, logger: Logger) {
    this.#calls = new LineFile(calls);
    this.#findings = new LineFile(findings);
    this.#queue = queue;
    this.#logger = logger;
  }

  append(entry: EvidenceEntry): Promise<void> {
    const line = `${JSON.stringify(entry, withoutSecrets)}\n`;
    const bytes = Buffer.byteLength(line);
    if (!('call' in entry)) {
      return this.#do(bytes, () => this.#findings.append(line, LARGEST_FINDINGS_BYTES - bytes, true));
    }
    const durable = isMutating(entry.call);
    const limit = (durable ? 2 : 1) * LARGEST_CALL_LOG_BYTES;
    return this.#do(bytes, () => this.#calls.append(line, limit, durable));
  }

  close(): Promise<void> {
    return this.#do(0, async () => {
      await this.#calls.close();
      await this.#findings.close();
    });
  }

  async #do(bytes: number, work: () => Promise<void>): Promise<void> {
    try {
      await this.#queue.run(bytes, work);
    } catch (error) {
      if (!this.#lost) this.#logger.error({ error: String(error) }, 'not all is recorded as evidence');
      this.#lost = true;
    }
  }
}

/** A router's alarms and answers hold whatever it says. */
const withoutSecrets = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? redactText(value) : value;

/** A file that is created by its first line. */
class LineFile {
  readonly #path: string;
  #file: FileHandle | undefined;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** `limit`: of the file, before the line. `durable`: not before the disk has it. */
  async append(line: string, limit: number, durable: boolean): Promise<void> {
    const file = (this.#file ??= await this.#open());
    if (this.#bytes > limit) return;
    this.#bytes += (await file.write(line)).bytesWritten;
    if (durable) await file.datasync();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #open(): Promise<FileHandle> {
    await mkdir(dirname(this.#path), { recursive: true, mode: DIR_MODE });
    const file = await open(this.#path, 'a', FILE_MODE);
    this.#bytes = (await file.stat()).size;
    // Ends a line that a killed worker left unfinished; an empty one is passed over.
    if (this.#bytes > 0) this.#bytes += (await file.write('\n')).bytesWritten;
    return file;
  }
}
