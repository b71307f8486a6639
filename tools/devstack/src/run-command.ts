import { spawn } from 'node:child_process';
import { devstackError } from './fault.js';

const KEEP_OUTPUT_BYTES = 64 * 1024;

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Hears each line of output as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeoutMs?: number;
}

/**
 * Runs a command to its end and returns its output (stdout and stderr as they came, the last 64 KiB).
 * @throws COMMAND_FAILED with the end of the output when it cannot run, fails or takes too long.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    const hear = (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      output = (output + text).slice(-KEEP_OUTPUT_BYTES);
      for (const line of text.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim());
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    // A build that nobody waits for any more would keep the machine busy for minutes.
    const end = () => child.kill();
    process.once('exit', end);
    child.once('close', () => process.off('exit', end));
    const line = [command, ...args].join(' ');
    child.once('error', (cause) =>
      reject(devstackError('COMMAND_FAILED', `could not run \`${line}\``, cause)),
    );
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trimEnd().split('\n').slice(-15).join('\n');
      reject(
        devstackError('COMMAND_FAILED', `\`${line}\` ended with ${signal ?? `exit code ${code}`}:\n${tail}`),
      );
    });
  });
}
