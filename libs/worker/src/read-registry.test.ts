import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRegistry } from './read-registry.js';
import { exitCodeOf } from './worker-fault.js';

const refusal = (path: string): unknown => {
  try {
    return readRegistry(path);
  } catch (error) {
    return error;
  }
};

test('a registry that is not there ends the worker with exit code 2 and its path', () => {
  const fault = refusal('/nowhere/tenants.yaml');
  expect(fault).toMatchObject({ message: 'VECINO_TENANTS_FILE: cannot read /nowhere/tenants.yaml' });
  expect(exitCodeOf(fault)).toBe(2);
  expect(exitCodeOf(new Error('anything else'))).toBe(1);
});

test('all faults of a registry are told, with their lines', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'registry-')), 'tenants.yaml');
  writeFileSync(file, 'tenants:\n  - { id: A, tier: gold, networks: [10.1.0.0/24] }\n');
  const fault = refusal(file) as Error;
  expect(fault.message.split('\n')).toEqual([
    expect.stringMatching(/:2: .*\bid\b/),
    expect.stringMatching(/:2: .*\btier\b/),
  ]);
});
