import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leavesOf } from './cli-page.js';
import { type StatusReport } from './commands/status.js';
import { guideOf } from './command-guide.js';
import { EXIT } from './exit-code.js';
import { createProgram } from './program.js';
import { repositoryAt, thisRepository } from './repository.js';
import { isJsonWanted, pathOf, runProgram } from './run-program.js';

const OUTSIDE = { ...process.env };
const stateDir = mkdtempSync(join(tmpdir(), 'vecino-run-'));
const repository = repositoryAt(thisRepository().root, { VECINO_STATE_DIR: stateDir });
const startedIn = process.cwd();
beforeAll(() => {
  Object.assign(process.env, { KAFKA_BROKERS: '', VECINO_EVIDENCE_DIR: stateDir });
  // Examples name files as from the root.
  process.chdir(repository.root);
});
afterAll(() => {
  process.env = OUTSIDE;
  process.chdir(startedIn);
  rmSync(stateDir, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const out = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const err = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  let exit = 0;
  try {
    await runProgram({ repository, exit: (code) => (exit = code) }, args);
    const text = (calls: readonly (readonly unknown[])[]) => calls.map(([line]) => String(line)).join('\n');
    return { exit, out: text(out.mock.calls), err: text(err.mock.calls) };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

describe('a misuse', () => {
  it.each([
    [
      ['explain', '4711', '--tenat', 'acme'],
      "unknown option '--tenat'",
      'Did you mean --tenant?',
      'vecino explain --help',
    ],
    [['explian', '4711'], "unknown command 'explian'", 'Did you mean explain?', 'vecino --help'],
    [['cancel'], "missing required argument 'deployment'", '', 'vecino cancel --help'],
    [['audit', '--since', 'yesterday'], 'length of time such as 90s', '', 'vecino audit --help'],
    [['tenant', 'list', '--tier', 'gold'], "argument 'gold' is invalid", '', 'vecino tenant list --help'],
    [
      ['request', '--tenant', 'acme'],
      "required option '--router <router>' not specified",
      '',
      'vecino request --help',
    ],
    [['tenant', 'add', 'acme'], 'a tenant needs a --tier', '', 'vecino tenant add --help'],
  ])('%j is told with what was meant and where to read on', async (args, what, meant, help) => {
    const { exit, out, err } = await run(...args);
    expect({ exit, out }).toEqual({ exit: EXIT.refused, out: '' });
    expect(err).toMatch(/^refused: USAGE: /);
    for (const part of [what, meant, `./${help}`]) expect(err).toContain(part);
    expect(err.split('\n').length).toBeLessThan(5);
  });

  it('is JSON where that was asked for', async () => {
    const { exit, out, err } = await run('explain', '--output', 'json', '--tenat', 'acme');
    expect({ exit, err }).toEqual({ exit: EXIT.refused, err: '' });
    expect(JSON.parse(out)).toEqual({
      ok: false,
      refused: [
        { code: 'USAGE', text: expect.any(String), cause: [], next: expect.stringContaining('--help') },
      ],
    });
  });
});

it.each([
  [['-o', 'json'], true],
  [['-ojson'], true],
  [['--output=json'], true],
  [['x', '--output', 'json'], true],
  [['--output', 'text', 'json'], false],
  [['--', '--output', 'json'], false],
])('%j wants JSON: %p', (args, wanted) => expect(isJsonWanted(args)).toBe(wanted));

/** They have something to say where there is no platform, too. */
const ALWAYS_ANSWER = ['doctor', 'status'];

/** Every other command that talks to a platform, as its first example calls it. */
const onPlatform = leavesOf(createProgram({ repository, exit: () => undefined })).flatMap((command) => {
  const given = guideOf(command);
  const [words = ''] = given?.examples[0].run.split(' | ') ?? [];
  const isOfPlatform = given?.reads.includes('kafka') === true && !ALWAYS_ANSWER.includes(command.name());
  return isOfPlatform ? [[pathOf(command), words.match(/'[^']*'|\S+/g) ?? []] as const] : [];
});

describe('without a platform', () => {
  it.each(onPlatform)('%s says so, and what to do', async (_, words) => {
    const { exit, out, err } = await run(...words);
    expect({ exit, out }).toEqual({ exit: EXIT.failed, out: '' });
    expect(err).toBe(
      'failed: NO_PLATFORM: no platform runs here\n  next: ./vecino up starts one; KAFKA_BROKERS (and TEMPORAL_ADDRESS) name one that runs elsewhere',
    );
  });

  it.each(onPlatform)('%s says so to machines', async (_, words) => {
    const { exit, out, err } = await run(...words, '--output', 'json');
    expect({ exit, err }).toEqual({ exit: EXIT.failed, err: '' });
    expect(JSON.parse(out)).toMatchObject({ ok: false, failed: [{ code: 'NO_PLATFORM' }] });
  });

  it('status says what to do instead', async () => {
    expect(await run('status')).toMatchObject({
      exit: EXIT.failed,
      out: expect.stringContaining('./vecino up'),
    });
    expect(JSON.parse((await run('status', '-o', 'json')).out)).toMatchObject({ phase: 'down' });
    expect(await run('down', '-o', 'json')).toMatchObject({ exit: EXIT.done });
  });

  it('an error shows its stack only where that is asked for', async () => {
    process.env['VECINO_DEBUG'] = '1';
    try {
      expect((await run('watch')).err).toContain('    at ');
    } finally {
      delete process.env['VECINO_DEBUG'];
    }
    expect((await run('watch')).err).not.toContain('    at ');
  });
});

it('status looks at a platform that is named, and says what it cannot know of it', async () => {
  process.env['KAFKA_BROKERS'] = '127.0.0.1:1';
  try {
    const { exit, out } = await run('status', '-o', 'json');
    const said = JSON.parse(out) as StatusReport;
    expect({ exit, phase: said.phase }).toEqual({ exit: EXIT.failed, phase: 'named' });
    expect(said.parts[0]).toMatchObject({
      name: 'kafka',
      address: '127.0.0.1:1',
      health: 'silent',
      why: expect.stringContaining('Kafka at'),
    });
    expect(said).not.toHaveProperty('stops');
    expect(said.next.map((step) => step.run)).toEqual(['./vecino doctor']);
    const { out: text } = await run('status');
    for (const part of ['/readyz', 'the registry cannot be read']) expect(text).toContain(part);
  } finally {
    process.env['KAFKA_BROKERS'] = '';
  }
}, 30_000);

it('a platform that does not come up is told like any other error', async () => {
  // Started from its sources there is no program that could stay in the background.
  const { exit, out } = await run('up', '--output', 'json');
  expect(exit).toBe(EXIT.failed);
  expect(JSON.parse(out)).toEqual({
    ok: false,
    failed: [
      {
        code: 'PLATFORM_FAILED',
        text: expect.stringContaining('up.log'),
        cause: ['the process that was to stay ended with exit code 1'],
        next: expect.stringContaining('./vecino doctor'),
      },
    ],
  });
});

it('a faulty value is refused before anything is sent', async () => {
  const args = ['--tenant', 'acme', '--router', 'r1', '--ip', '10.1.0.999', '--version', '2.0.0'];
  const { exit, err } = await run('request', ...args);
  expect(exit).toBe(EXIT.refused);
  expect(err).toMatch(/^refused: REQUEST_INVALID: nothing was sent\. --ip/);
});

it('asks for a yes before it unlocks', async () => {
  const { exit, err } = await run('unlock', '4711');
  expect(exit).toBe(EXIT.refused);
  expect(err).toMatch(/^refused: NOT_CONFIRMED: /);
});
