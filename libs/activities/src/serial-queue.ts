/** What may wait, in bytes of entries: beyond it work is refused, so that a disk that hangs does not fill the memory. */
export const LARGEST_BACKLOG_BYTES = 64 * 1024 * 1024;

/**
 * One piece of work at a time, in the order in which it came. A folder that hangs (a file server that is away) so holds one
 * thread of the process, and neither its event loop nor all threads for files.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waitingBytes = 0;

  /** `bytes`: held in memory until the work is done. Rejects as the work does, or at once when too much waits. */
  run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#waitingBytes + bytes > LARGEST_BACKLOG_BYTES) {
      return Promise.reject(new Error(`${this.#waitingBytes} bytes wait for the disk already`));
    }
    this.#waitingBytes += bytes;
    const done = this.#last.then(work).finally(() => (this.#waitingBytes -= bytes));
    this.#last = done.catch(() => undefined);
    return done;
  }
}
