import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable, runCommand } from '@vecino/devstack';

jest.setTimeout(300_000);

const FOLDER = join(__dirname, '../../../deploy/grafana/dashboards');
const folder = mkdtempSync(join(tmpdir(), 'vecino-dashboards-'));
const validator = join(folder, 'validator');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Grafana's Go types, which refuse what they do not know; TypeScript's let it pass where a type is open. */
beforeAll(async () => {
  const go = findExecutable('go', process.env);
  if (go === undefined) throw new Error('Go is needed to build the validator');
  // Not optimised: that builds faster, and it runs for a second.
  const args = ['build', '-gcflags=all=-N -l', '-ldflags=-s -w', '-o', validator, '.'];
  await runCommand(go, args, { env: process.env, cwd: join(__dirname, '../validator') });
});

const validate = (...files: readonly string[]) => runCommand(validator, files, { env: {} });
const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => join(FOLDER, file));

it('are what Grafana’s schema allows', async () => {
  expect(files.length).toBeGreaterThan(0);
  await validate(...files);
});

it.each([
  ['a field that there is not', /"refresh"/, '"refreshh"'],
  ['an option that a kind of panel does not have', /"colorMode"/, '"colourMode"'],
  ['text for a number', /"h": 4/, '"h": "4"'],
  ['a query that is none of Prometheus’s', /"expr"/, '"expression"'],
])('would not be with %s', async (_, from, to) => {
  const text = readFileSync(files.find((file) => file.endsWith('platform.json')) ?? '', 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  const file = join(folder, 'changed.json');
  writeFileSync(file, changed);
  await expect(validate(file)).rejects.toThrow();
});
