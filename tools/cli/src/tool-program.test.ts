import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from './exit-code.js';
import { repositoryAt } from './repository.js';
import { runProgram } from './run-program.js';

const root = mkdtempSync(join(tmpdir(), 'vecino-tool-'));
const repository = repositoryAt(root, {});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A bench in place of ours, which does no more than this with its arguments and the file for its report. */
function benchThat(does: string): void {
  const folder = join(root, 'tools', 'bench', 'dist');
  mkdirSync(folder, { recursive: true });
  const given = 'const args = process.argv.slice(2); const report = args[args.indexOf("--json") + 1];';
  writeFileSync(join(folder, 'main.js'), `${given}\n${does}\n`);
}

async function run(...args: string[]) {
  const out = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const err = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const shown = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  let exit = 0;
  try {
    await runProgram({ repository, exit: (code) => (exit = code) }, args);
    const text = (calls: readonly (readonly unknown[])[]) => calls.map(([line]) => String(line)).join('\n');
    return { exit, out: text(out.mock.calls), err: text(err.mock.calls) };
  } finally {
    for (const spy of [out, err, shown]) spy.mockRestore();
  }
}

const MISSED = `require('node:fs').writeFileSync(report, JSON.stringify({ args, bars: [{ kept: false }] }));
process.exitCode = 1;`;

it('the report of a bench is its JSON, also where a bar was not kept', async () => {
  benchThat(MISSED);
  const { exit, out, err } = await run('bench', 'gate', '--rounds', '2', '-o', 'json');
  expect({ exit, err }).toEqual({ exit: EXIT.failed, err: '' });
  expect(JSON.parse(out)).toMatchObject({
    args: ['gate', '--rounds', '2', '--json', expect.any(String)],
    bars: [{ kept: false }],
  });
});

it('and goes into the file that is named, too', async () => {
  benchThat(MISSED);
  const file = join(root, 'gate.json');
  expect(await run('bench', 'gate', '--json', file)).toEqual({ exit: EXIT.failed, out: '', err: '' });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ bars: [{ kept: false }] });
});

describe('a bench that ends without a report', () => {
  const FAILING = `console.error('a line on the way\\nvecino bench: no bench "x"; there is gate');
process.exitCode = 1;`;

  it('is an error with its code, its last words and what to do', async () => {
    benchThat(FAILING);
    const { exit, out, err } = await run('bench', 'x', '--output', 'json');
    expect({ exit, err }).toEqual({ exit: EXIT.failed, err: '' });
    expect(JSON.parse(out)).toEqual({
      ok: false,
      failed: [
        {
          code: 'NO_REPORT',
          text: 'bench ended with exit code 1 before it had a report',
          cause: ['no bench "x"; there is gate'],
          next: expect.stringContaining('./vecino bench --help'),
        },
      ],
    });
  });

  it('for people, too', async () => {
    benchThat('process.exitCode = 1;');
    const { exit, err } = await run('bench', 'x');
    expect(exit).toBe(EXIT.failed);
    expect(err).toMatch(/^failed: NO_REPORT: .*\n {2}next: /);
  });
});

it('help is no failure', async () => {
  benchThat('');
  expect(await run('bench', '--help')).toEqual({ exit: EXIT.done, out: '', err: '' });
});
