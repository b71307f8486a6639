import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Peer {
  readonly port: number;
  stop(): Promise<void>;
}

type Line = Readonly<Record<string, unknown>>;

/** Starts a program whose first line on stdout is JSON and says that it is ready; `portOf` finds its port from that line. */
export async function startPeer(
  main: string,
  args: readonly string[],
  portOf: (line: Line) => Promise<number>,
): Promise<Peer> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const lines = createInterface(child.stdout);
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(String(line)) as Line),
    once(child, 'exit').then(([code]) => ({ msg: 'failed', error: `ended with ${String(code)}` })),
  ]);
  try {
    if (first['msg'] === 'failed') throw new Error(`${main} did not start: ${String(first['error'])}`);
    return { port: await portOf(first), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a program of this package to its end with a job as its argument; its stdout is the JSON answer. */
export async function ask<Answer>(program: string, job: object): Promise<Answer> {
  const args = [join(__dirname, program), JSON.stringify(job)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return JSON.parse(out) as Answer;
}
