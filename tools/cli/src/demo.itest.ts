import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TERMINAL_SEQUENCE } from '@vecino/foundation';
import { type DemoReport } from './demo/demo-report.js';
import { DEMO_TENANTS } from './demo/demo-plan.js';
import { type UpState } from './up-state.js';
import { thisRepository } from './repository.js';

const { root } = thisRepository();
const folder = mkdtempSync(join(tmpdir(), 'vecino-demo-'));
const stateDir = join(folder, 'state');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Away from the clone and its own platform, and with servers of its own. */
const environment = { ...process.env, VECINO_STATE_DIR: stateDir, KAFKA_BROKERS: '', TEMPORAL_ADDRESS: '' };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('runs from any folder, reads one success back for every request, and leaves nothing running', async () => {
  const demo = spawn(join(root, 'vecino'), ['demo', '--json', 'outcome.json'], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pids: number[] = [];
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    const state = join(stateDir, 'up.json');
    if (pids.length > 0 || !existsSync(state)) return;
    const { parts } = JSON.parse(readFileSync(state, 'utf8')) as UpState;
    pids.push(...parts.flatMap(({ pid }) => pid ?? []));
  };
  demo.stdout.on('data', take);
  demo.stderr.on('data', take);
  const [code] = (await once(demo, 'close')) as [number | null];

  expect({ code, output }).toMatchObject({ code: 0 });
  const report = JSON.parse(readFileSync(join(folder, 'outcome.json'), 'utf8')) as DemoReport;
  expect(report).toMatchObject({ ok: true, faults: [] });
  for (const { tenantId, routers } of DEMO_TENANTS)
    expect(report.deployments.filter(({ tenant_id }) => tenant_id === tenantId)).toHaveLength(routers);
  for (const deployment of report.deployments) {
    expect(deployment).toMatchObject({
      state: 'SUCCEEDED',
      sequence: TERMINAL_SEQUENCE,
      from_version: '1.0.0',
      to_version: '1.1.0',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(output).toContain(`${deployment.router_id} `);
  }
  expect(output).toContain('TenantId = "chogar" AND ExecutionStatus = "Failed"');
  expect(output).toContain('Temporal UI   http://127.0.0.1:');

  expect(pids.length).toBeGreaterThanOrEqual(7);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(existsSync(join(stateDir, 'up.json'))).toBe(false);
}, 300_000);
