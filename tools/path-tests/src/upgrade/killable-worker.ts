import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { KillPlan, WorkerMessage } from './kill-plan.js';
import type { WorkbenchSettings } from './workbench.js';

/** A worker process that is started again whenever it dies. */
export class KillableWorker {
  readonly #settings: WorkbenchSettings;
  /** The process that serves, once it does. */
  #serving: Promise<ChildProcess> | undefined;
  #kills = 0;
  #stopped = false;

  constructor(settings: WorkbenchSettings) {
    this.#settings = settings;
  }

  /** Deaths by SIGKILL so far. */
  get kills(): number {
    return this.#kills;
  }

  /** Resolves when a worker serves that will follow the plan. */
  async follow(plan: KillPlan): Promise<void> {
    (await (this.#serving ??= this.start())).send(plan);
  }

  /** Resolves when a worker serves. */
  async serve(): Promise<void> {
    await (this.#serving ??= this.start());
  }

  /** Of the process that serves: kills it, stops it, or lets a stopped one go on. */
  async signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    (await this.#serving)?.kill(signal);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const child = await this.#serving?.catch(() => undefined);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(
      join(__dirname, '../../dist/upgrade/worker-main.js'),
      [JSON.stringify(this.#settings)],
      {
        execArgv: [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    child.once('exit', (_code, signal) => {
      if (this.#stopped) return;
      if (signal === 'SIGKILL') this.#kills += 1;
      this.#serving = this.start();
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', (message: WorkerMessage) => message.kind === 'ready' && resolve());
      child.once('exit', () => reject(new Error('the worker died before it was ready')));
    });
    return child;
  }
}
