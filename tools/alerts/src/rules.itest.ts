import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { preparePrometheus, runCommand } from '@vecino/devstack';
import { parse, stringify } from 'yaml';
import { ALL_ALERTS, RULE_FILES } from './all-alerts.js';
import { type AlertCase } from './testing/alert-case.js';
import { BURN_CASES } from './testing/burn-cases.js';
import { PLATFORM_CASES } from './testing/platform-cases.js';
import { justBefore, promtoolTests, titleOf } from './testing/promtool-tests.js';
import { TENANT_CASES } from './testing/tenant-cases.js';
import { writeRules } from './write-rules.js';

// Prometheus is unpacked on the first run on a machine.
jest.setTimeout(300_000);

const ALL_CASES = [...BURN_CASES, ...TENANT_CASES, ...PLATFORM_CASES];
const folder = mkdtempSync(join(tmpdir(), 'vecino-alerts-'));
let promtool: string;
let rules: readonly string[];

beforeAll(async () => {
  ({ promtool } = await preparePrometheus());
  rules = writeRules(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const casesOf = (file: string): AlertCase[] => {
  const groups = RULE_FILES[basename(file, '.yaml')] ?? [];
  const names = new Set(groups.flatMap(({ alerts }) => alerts.map(({ name }) => name)));
  return ALL_CASES.filter(({ alert }) => names.has(alert));
};

async function testRules(file: string, cases: readonly AlertCase[]): Promise<string> {
  const tests = file.replace('.yaml', '.test.yml');
  writeFileSync(tests, promtoolTests(file, cases));
  return runCommand(promtool, ['test', 'rules', tests]);
}

it('promtool finds no fault with the rules, at any pace', async () => {
  expect(await runCommand(promtool, ['check', 'rules', ...rules])).toContain('SUCCESS');
  const fast = writeRules(join(folder, 'fast'), { pace: 30 });
  expect(await runCommand(promtool, ['check', 'rules', ...fast])).toContain('SUCCESS');
});

it.each(Object.keys(RULE_FILES))('alerts of %s fire when they should, and only then', async (name) => {
  const file = join(folder, `${name}.yaml`);
  expect(await testRules(file, casesOf(file))).toContain('SUCCESS');
});

it('covers each alert: one that fires, one that is silent, and one that only its guard keeps silent', () => {
  const uncovered = ALL_ALERTS.flatMap(({ name }) => {
    const own = ALL_CASES.filter(({ alert }) => alert === name);
    const has = {
      fires: own.some(({ fires }) => fires.length > 0),
      silent: own.some(({ fires }) => fires.length === 0),
      guard: own.some((one) => one.guard === true || justBefore(one) !== undefined),
    };
    return Object.entries(has).flatMap(([kind, is]) => (is ? [] : [`${name}: ${kind}`]));
  });
  expect(uncovered).toEqual([]);
});

/** Titles of the cases that promtool complains about. */
async function failing(file: string, cases: readonly AlertCase[]): Promise<string[]> {
  const tests = file.replace('.yaml', '.test.yml');
  writeFileSync(tests, promtoolTests(file, cases));
  const output = await runCommand('sh', ['-c', '"$@" || true', 'sh', promtool, 'test', 'rules', tests]);
  expect(output).not.toContain('could not parse');
  return cases.filter((one) => output.includes(titleOf(one))).map(titleOf);
}

it.each([
  ['never fires', 'vector(1) > 2', (one: AlertCase) => one.fires.length > 0],
  ['always fires', 'vector(1)', () => true],
] as const)('a rule that %s is seen by each case that it is wrong for', async (_, expr, isWrong) => {
  const cases = casesOf('tenants.yaml');
  const { groups } = parse(readFileSync(join(folder, 'tenants.yaml'), 'utf8')) as {
    groups: { name: string; rules: object[] }[];
  };
  const broken = groups.map(({ name, rules }) => ({ name, rules: rules.map((rule) => ({ ...rule, expr })) }));
  const file = join(folder, 'broken.yaml');
  writeFileSync(file, stringify({ groups: broken }));
  expect(await failing(file, cases)).toEqual(cases.filter(isWrong).map(titleOf));
});
