import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VecinoError } from '@vecino/foundation';
import { type CliErrorCode } from './cli-errors.js';
import { type CommandContext } from './command.js';
import { EXIT } from './exit-code.js';
import { type OutputFormat } from './output-option.js';
import { untilInterrupted } from './until-interrupted.js';

export interface ToolOptions {
  /** File for the report. */
  readonly json?: string;
  readonly output: OutputFormat;
}

interface ToolEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last words; empty where they were shown only. */
  readonly lastWords: string;
  readonly wasInterrupted: boolean;
}

/** Of what a tool writes to stderr, so much at its end is looked at for the reason why it failed. */
const TAIL_CHARACTERS = 4_000;

/**
 * Runs a tool as a program of its own, so that no command loads what only that needs. Its report is what is printed as JSON, also
 * where it says that a bar was not kept.
 * @throws VecinoError NO_REPORT
 */
export async function runToolProgram(
  { repository, exit }: CommandContext,
  tool: 'bench' | 'chaos',
  args: readonly string[],
  { json, output }: ToolOptions,
): Promise<void> {
  const main = join(repository.root, 'tools', tool, 'dist', 'main.js');
  const folder = mkdtempSync(join(tmpdir(), 'vecino-'));
  const report = join(folder, 'report.json');
  try {
    const end = await runToEnd([main, ...args, '--json', report], output);
    if (end.wasInterrupted) return exit(EXIT.interrupted);
    const isThere = existsSync(report);
    if (!isThere && end.code !== EXIT.done) throw noReport(tool, end);
    // Shown first: the file may be one that cannot be written.
    if (isThere && output === 'json') console.log(readFileSync(report, 'utf8').trimEnd());
    if (isThere && json !== undefined) copyFileSync(report, json);
    exit(end.code ?? EXIT.failed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runToEnd(args: readonly string[], output: OutputFormat): Promise<ToolEnd> {
  // For machines all that it shows of its way goes to stderr, where it is also read.
  const stdio: StdioOptions = output === 'json' ? ['inherit', 2, 'pipe'] : 'inherit';
  const child = spawn(process.execPath, args, { stdio });
  // Ctrl-C reaches both; the child ends what it started first.
  const { signal: interrupt } = untilInterrupted();
  interrupt.addEventListener('abort', () => {
    child.kill('SIGTERM');
    // However often it comes: this process reads what the child says until the end.
    for (const again of ['SIGINT', 'SIGTERM'] as const) process.on(again, () => undefined);
  });
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    tail = (tail + chunk.toString('utf8')).slice(-TAIL_CHARACTERS);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, lastWords: lastWordsOf(tail), wasInterrupted: interrupt.aborted };
}

/** What stands behind the last `vecino bench: ` or `error: ` at the beginning of a line. */
function lastWordsOf(tail: string): string {
  const words = tail.split(/^(?:vecino \w+|error): /m);
  return (words.at(-1) ?? '').trim();
}

const noReport = (tool: string, { code, signal, lastWords }: ToolEnd): VecinoError<CliErrorCode> =>
  new VecinoError<CliErrorCode>(
    'NO_REPORT',
    `${tool} ended with ${signal ?? `exit code ${code}`} before it had a report`,
    { disposition: 'terminal', cause: lastWords },
  );
