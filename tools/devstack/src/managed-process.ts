import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type DevstackError, devstackError } from './fault.js';
import { logTail } from './log-tail.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface ProcessFacts {
  readonly name: string;
  readonly pid: number;
  readonly logPath: string;
  /** Size of the log when this process began: earlier runs wrote what lies before. */
  readonly logStart: number;
  readonly graceMs: number;
  readonly exited: Promise<Exit>;
}

const TAIL_BYTES = 16 * 1024;

/** One process under supervision, from its start to its end. */
export class ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logPath: string;
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  readonly #facts: ProcessFacts;
  readonly #signal: (signal: NodeJS.Signals) => void;
  #exit: Exit | undefined;

  constructor(facts: ProcessFacts, signal: (signal: NodeJS.Signals) => void) {
    this.#facts = facts;
    this.name = facts.name;
    this.pid = facts.pid;
    this.logPath = facts.logPath;
    this.#signal = signal;
    this.exited = facts.exited.then((exit) => (this.#exit = exit));
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Sends a signal to the process and whatever it started. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit === undefined) this.#signal(signal);
  }

  /** Asks it to end, and kills it when its grace is over. */
  async stop(): Promise<Exit> {
    this.signal(this.#facts.graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
    const kill = setTimeout(() => this.signal('SIGKILL'), this.#facts.graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(kill);
    }
  }

  /** What this run of the process has written so far, the last 16 KiB of it. */
  output(): string {
    const size = statSync(this.logPath, { throwIfNoEntry: false })?.size ?? 0;
    return readBytes(this.logPath, Math.max(this.#facts.logStart, size - TAIL_BYTES), size);
  }

  /** Everything this run has written, from its first byte. */
  wholeOutput(): string {
    const size = statSync(this.logPath, { throwIfNoEntry: false })?.size ?? 0;
    return readBytes(this.logPath, this.#facts.logStart, size);
  }

  /** The error that tells a reader that it ended when it should not have, with the end of its log. */
  died(exit: Exit): DevstackError {
    const how = exit.signal === null ? `exit code ${exit.code}` : exit.signal;
    const tail = logTail(this.output(), 20);
    return devstackError('PROCESS_DIED', `${this.name} ended with ${how}; ${this.logPath} ends:\n${tail}`);
  }
}

function readBytes(path: string, from: number, to: number): string {
  if (to <= from) return '';
  const buffer = Buffer.alloc(to - from);
  const file = openSync(path, 'r');
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from)).toString('utf8');
  } finally {
    closeSync(file);
  }
}
