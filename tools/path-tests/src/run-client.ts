import { spawn } from 'node:child_process';

export interface ClientRun {
  readonly input?: string;
  /** What to do when the program is not on the machine. */
  readonly install: string;
  readonly timeoutMs?: number;
}

/** Runs somebody else's program to its end and gives back what it printed. */
export function runClient(command: string, args: readonly string[], run: ClientRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { timeout: run.timeoutMs ?? 30_000 });
    const output: Buffer[] = [];
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error(`${command} is not there: ${run.install}`) : error),
    );
    child.once('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else
        reject(
          new Error(`${command} ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}:\n${said}`),
        );
    });
    // A program that ends early says why by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(run.input ?? '');
  });
}
