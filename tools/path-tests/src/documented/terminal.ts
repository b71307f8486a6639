import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Typed {
  readonly code: number | null;
  /** Of both streams, as it came. */
  readonly output: string;
}

/** A shell in a folder, in which one command after another is typed. */
export class Terminal {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #open = new Set<ChildProcess>();

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#cwd = cwd;
    this.#env = env;
  }

  /** @throws Error where it has not ended in time */
  async run(command: string, timeoutMs: number): Promise<Typed> {
    const typed = this.#type(command);
    return within(timeoutMs, typed, () => `\`${command}\` has not ended`);
  }

  /**
   * Presses Ctrl-C when the command has printed that.
   * @throws Error where it ends by itself, or has not printed that in time
   */
  async follow(command: string, until: RegExp, timeoutMs: number): Promise<Typed> {
    let printed = false;
    const typed = this.#type(command, (output, child) => {
      if (printed || !until.test(output)) return;
      printed = true;
      signalGroup(child, 'SIGINT');
    });
    const ended = await within(
      timeoutMs,
      typed,
      () => `\`${command}\` did not print ${until}, or did not end`,
    );
    if (!printed)
      throw new Error(`\`${command}\` ended with ${ended.code} before ${until}:\n${ended.output}`);
    return ended;
  }

  /** Ends what is still running. */
  close(): void {
    for (const child of this.#open) signalGroup(child, 'SIGKILL');
  }

  #type(command: string, onOutput?: (output: string, child: ChildProcess) => void): TypedProcess {
    // A group of its own, as a terminal makes one: Ctrl-C reaches all of a pipeline.
    const child = spawn('sh', ['-c', command], {
      cwd: this.#cwd,
      env: this.#env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#open.add(child);
    const seen = { output: '' };
    const hear = (chunk: Buffer) => {
      seen.output += chunk.toString();
      onOutput?.(seen.output, child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const ended = once(child, 'close').then(([code]) => {
      this.#open.delete(child);
      return { code: code as number | null, output: seen.output };
    });
    return { child, seen, ended };
  }
}

interface TypedProcess {
  readonly child: ChildProcess;
  readonly seen: { readonly output: string };
  readonly ended: Promise<Typed>;
}

async function within(
  timeoutMs: number,
  { child, seen, ended }: TypedProcess,
  what: () => string,
): Promise<Typed> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    signalGroup(child, 'SIGKILL');
  }, timeoutMs);
  const typed = await ended.finally(() => clearTimeout(timer));
  if (late) throw new Error(`${what()} after ${timeoutMs} ms; it printed:\n${seen.output}`);
  return typed;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
