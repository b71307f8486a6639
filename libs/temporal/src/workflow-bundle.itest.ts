import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWorkflowBundle } from './workflow-bundle.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inAnHour = Date.now() / 1_000 + 3_600;

test('a bundle is made once and kept, until sources are newer than it', async () => {
  const file = join(folder, 'workflows.bundle.js');
  const made = await loadWorkflowBundle({ tracing: false }, folder);
  expect(made.code).toContain('NetworkDeploymentWorkflow');

  writeFileSync(file, 'kept');
  utimesSync(file, inAnHour, inAnHour);
  expect(await loadWorkflowBundle({ tracing: false }, folder)).toEqual({ code: 'kept' });
  utimesSync(file, 1, 1);
  expect((await loadWorkflowBundle({ tracing: false }, folder)).code).toContain('NetworkDeploymentWorkflow');
  expect(existsSync(join(folder, 'workflows.traced.bundle.js'))).toBe(false);
}, 120_000);

test('only the traced bundle passes traces on, and neither carries OpenTelemetry: it would be evaluated for each workflow', async () => {
  const bundles = await Promise.all([true, false].map((tracing) => loadWorkflowBundle({ tracing }, folder)));
  expect(bundles.map(({ code }) => code.includes('_tracer-data'))).toEqual([true, false]);
  expect(bundles.map(({ code }) => code.includes('node_modules/@opentelemetry'))).toEqual([false, false]);
}, 120_000);
