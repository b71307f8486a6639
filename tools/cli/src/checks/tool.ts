import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a tool ended, and what it wrote. */
export interface ToolRun {
  readonly ok: boolean;
  readonly stdout: string;
  /** Both streams as they came. */
  readonly output: string;
}

export interface ToolOptions {
  readonly input?: string;
  /** Shows the output as it comes, for what takes minutes. */
  readonly live?: boolean;
  /** Of what is shown live, leaves out stdout: there jest writes its report. */
  readonly quietStdout?: boolean;
}

const ENVIRONMENT = { NX_DAEMON: 'false', CI: 'true', NO_COLOR: '1', NODE_NO_WARNINGS: '1' };

/** Runs a script of an installed package with this Node: no shell, no npx, no daemon. */
export const runTool = (
  root: string,
  script: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolRun> => run(root, process.execPath, [join(root, 'node_modules', script), ...args], options);

export function run(
  root: string,
  command: string,
  args: readonly string[],
  { input, live = false, quietStdout = false }: ToolOptions = {},
): Promise<ToolRun> {
  return new Promise((resolve) => {
    let stdout = '';
    let output = '';
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...ENVIRONMENT } });
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
      output += chunk.toString('utf8');
      if (live && !quietStdout) process.stdout.write(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (live) process.stderr.write(chunk);
    });
    child.stdin.on('error', () => undefined); // a tool that reads nothing may close it first
    child.stdin.end(input ?? '');
    child.once('error', (error) => resolve({ ok: false, stdout, output: `${output}${error.message}` }));
    child.once('close', (code) => resolve({ ok: code === 0, stdout, output }));
  });
}
