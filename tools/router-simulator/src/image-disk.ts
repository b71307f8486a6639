import type { Supervisor } from './supervisor.js';

/** What the system and the images it was delivered with take. */
const DELIVERED_BYTES = 4 * 1024 ** 3;

/** The file system on which a router keeps OS packages. Packages it was delivered with take no room of their own. */
export class ImageDisk {
  readonly sizeBytes: number;
  #freeBytes: number;
  readonly #sizes = new Map<string, number>();

  constructor(freeBytes: number) {
    this.sizeBytes = freeBytes + DELIVERED_BYTES;
    this.#freeBytes = freeBytes;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** As if something else had been written or deleted. */
  setFree(bytes: number): void {
    this.#freeBytes = Math.min(bytes, this.sizeBytes);
  }

  store(version: string, bytes: number): void {
    this.release([version]);
    this.#sizes.set(version, bytes);
    this.#freeBytes -= bytes;
  }

  release(versions: readonly string[]): void {
    for (const version of versions) {
      this.#freeBytes += this.#sizes.get(version) ?? 0;
      this.#sizes.delete(version);
    }
  }

  /**
   * Frees room as `gnoi.os` demands: packages that are neither run nor booted next go, oldest first, until `bytes` fit.
   * Returns whether they do.
   */
  makeRoom(bytes: number, supervisors: readonly Supervisor[]): boolean {
    for (const version of [...this.#sizes.keys()]) {
      if (this.#freeBytes >= bytes) break;
      const needed = supervisors.some(
        ({ runningVersion, nextBootVersion }) => version === runningVersion || version === nextBootVersion,
      );
      if (needed) continue;
      supervisors.forEach(({ installed }) => installed.delete(version));
      this.release([version]);
    }
    return this.#freeBytes >= bytes;
  }
}
