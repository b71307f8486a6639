import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { preparePrometheus, runCommand } from '@vecino/devstack';
import { ALL_ALERTS, RULE_FILES } from './all-alerts.js';
import { type AlertCase } from './testing/alert-case.js';
import { BURN_CASES } from './testing/burn-cases.js';
import { PLATFORM_CASES } from './testing/platform-cases.js';
import { justBefore, promtoolTests } from './testing/promtool-tests.js';
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

it('sees a rule that never fires', async () => {
  const file = join(folder, 'mute.yaml');
  writeFileSync(file, readFileSync(join(folder, 'tenants.yaml'), 'utf8').replace(/> 0\b/g, '> 1e9'));
  await expect(testRules(file, casesOf(join(folder, 'tenants.yaml')))).rejects.toThrow('FAILED');
});
