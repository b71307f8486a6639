import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { devstackError } from './fault.js';
import { type Exit, ManagedProcess } from './managed-process.js';

/** What to run and how. */
export interface ProcessSpec {
  /** How messages name it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Output is appended here. */
  readonly logPath: string;
  /** How long it may take to end after SIGTERM before it is killed; 0 kills at once. */
  readonly graceMs: number;
}

type FromSupervisor =
  | { readonly type: 'spawned'; readonly id: string; readonly pid: number }
  | { readonly type: 'failed'; readonly id: string; readonly message: string }
  | {
      readonly type: 'exited';
      readonly id: string;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
    };

interface Waiting {
  spawned(pid: number): void;
  failed(error: Error): void;
  exited(exit: Exit): void;
}

/** The same place seen from `src/` and from `dist/`. */
const SCRIPT = join(__dirname, '..', 'supervisor.cjs');

/**
 * Starts processes that end with the calling process, however that one ends.
 * They are children of a small process of their own, which sees the channel to this one close.
 */
export class Supervisor {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, Waiting>();

  constructor() {
    this.#child = fork(SCRIPT, [], { detached: true, stdio: 'ignore', execArgv: [], env: {} });
    this.#child.on('message', (message) => this.#hear(message as FromSupervisor));
    this.#child.once('exit', () => this.#lost());
    this.#child.on('error', () => this.#lost());
    this.#child.unref();
  }

  /** @throws PROCESS_DIED when the command cannot be run, SUPERVISOR_LOST when the supervisor itself is gone. */
  run(spec: ProcessSpec): Promise<ManagedProcess> {
    const id = randomUUID();
    mkdirSync(dirname(spec.logPath), { recursive: true });
    const logStart = statSync(spec.logPath, { throwIfNoEntry: false })?.size ?? 0;
    return new Promise((resolve, reject) => {
      let exited!: (exit: Exit) => void;
      const exit = new Promise<Exit>((settle) => (exited = settle));
      const failed = (cause: Error) =>
        reject(devstackError('PROCESS_DIED', `${spec.name} could not be started (${spec.command})`, cause));
      const spawned = (pid: number) =>
        resolve(
          new ManagedProcess(
            { name: spec.name, pid, logPath: spec.logPath, logStart, graceMs: spec.graceMs, exited: exit },
            (signal) => this.#child.connected && this.#child.send({ type: 'signal', id, signal }),
          ),
        );
      this.#waiting.set(id, { spawned, failed, exited });
      const { name: _name, ...rest } = spec;
      this.#send({ type: 'spawn', id, ...rest }, failed);
    });
  }

  /** Removes a folder when this process ends without having done so itself. */
  sweep(path: string): void {
    if (this.#child.connected) this.#child.send({ type: 'sweep', path });
  }

  /** Ends whatever still runs and resolves when all of it is gone. */
  close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#child.ref();
      this.#child.once('exit', () => resolve());
      if (this.#child.connected) this.#child.disconnect();
    });
  }

  #send(message: object, failed: (error: Error) => void): void {
    if (!this.#child.connected) return failed(devstackError('SUPERVISOR_LOST', 'the supervisor is gone'));
    this.#child.send(message, (error) => error && failed(error));
  }

  #hear(message: FromSupervisor): void {
    const waiting = this.#waiting.get(message.id);
    switch (message.type) {
      case 'spawned':
        return waiting?.spawned(message.pid);
      case 'failed':
        this.#waiting.delete(message.id);
        return waiting?.failed(new Error(message.message));
      case 'exited':
        this.#waiting.delete(message.id);
        return waiting?.exited({ code: message.code, signal: message.signal });
    }
  }

  /** Without the supervisor nobody hears of exits any more: its processes count as ended. */
  #lost(): void {
    for (const waiting of this.#waiting.values()) {
      waiting.failed(devstackError('SUPERVISOR_LOST', 'the supervisor is gone'));
      waiting.exited({ code: null, signal: null });
    }
    this.#waiting.clear();
  }
}
