import { awaitReady } from './await-ready.js';
import { parseLogLine } from './log-tail.js';
import { type Exit, type ManagedProcess } from './managed-process.js';
import type { Supervisor } from './supervisor.js';

const READY_WITHIN_MS = 60_000;
/** As long as Kubernetes waits: a service ends within that by itself. */
const GRACE_MS = 30_000;

/** One of our own programs, run by this Node. */
export interface ServiceSpec {
  readonly supervisor: Supervisor;
  readonly name: string;
  /** The built `main.js`. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Appended to by every run of the service. */
  readonly logPath: string;
  readonly readyWithinMs?: number;
}

/** A running service that can be ended and started again under the same name, environment and log. */
export interface Service {
  readonly name: string;
  readonly logPath: string;
  /** The process of the current run. */
  readonly process: ManagedProcess;
  /** The fields of the `ready` line of the current run. */
  readonly readyLine: ReadyLine;
  /** Ends it in order (SIGTERM, then SIGKILL after 30 s). */
  stop(): Promise<Exit>;
  /** Ends it as a crash would. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** Starts it anew, ending it in order first if it still runs, and waits until it is ready. */
  restart(): Promise<void>;
}

export type ReadyLine = Readonly<Record<string, unknown>>;

/**
 * Starts a service and waits for its log line with `"msg":"ready"`.
 * @throws PROCESS_DIED or NOT_READY with the end of its log.
 */
export async function startService(spec: ServiceSpec): Promise<Service> {
  let run = await runOnce(spec);
  const service: Service = {
    name: spec.name,
    logPath: spec.logPath,
    get process() {
      return run.process;
    },
    get readyLine() {
      return run.readyLine;
    },
    stop: () => run.process.stop(),
    kill(signal = 'SIGKILL') {
      run.process.signal(signal);
      return run.process.exited;
    },
    async restart() {
      await run.process.stop();
      run = await runOnce(spec);
    },
  };
  return service;
}

async function runOnce(spec: ServiceSpec): Promise<{ process: ManagedProcess; readyLine: ReadyLine }> {
  const managed = await spec.supervisor.run({
    name: spec.name,
    command: process.execPath,
    args: [...(spec.nodeArgs ?? []), spec.entry, ...(spec.args ?? [])],
    env: spec.env,
    cwd: spec.cwd,
    logPath: spec.logPath,
    graceMs: GRACE_MS,
  });
  let readyLine: ReadyLine | undefined;
  const probe = () => Promise.resolve((readyLine = findReadyLine(managed.wholeOutput())) !== undefined);
  try {
    await awaitReady(managed, probe, spec.readyWithinMs ?? READY_WITHIN_MS);
  } catch (error) {
    await managed.stop();
    throw error;
  }
  return { process: managed, readyLine: readyLine ?? {} };
}

/** The first complete line that is a JSON object with `msg` = `ready`. */
export function findReadyLine(output: string): ReadyLine | undefined {
  const complete = output.split('\n').slice(0, -1);
  return complete.map(parseLogLine).find((line) => line?.['msg'] === 'ready');
}
