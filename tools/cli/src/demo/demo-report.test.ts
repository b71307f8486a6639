import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { TERMINAL_SEQUENCE } from '@vecino/foundation';
import { type DeploymentStory } from '../deployment-story.js';
import { deploymentRow, demoReport, demoText, tenantQueries } from './demo-report.js';

const traceId = 'a'.repeat(32);

function storyOf(tenantId: string, state?: NetworkDeploymentStatus['state']): DeploymentStory {
  const routerId = `${tenantId}-001`;
  const status = (of: NetworkDeploymentStatus['state'], sequence: number): NetworkDeploymentStatus => ({
    event_id: `e-${sequence}`,
    deployment_id: `d-${tenantId}`,
    tenant_id: tenantId,
    router_id: routerId,
    software_version: '1.1.0',
    state: of,
    sequence,
    occurred_at: 6_500,
    reason: { code: 'UPGRADED', text: 'the router runs 1.1.0' },
    workflow_id: '',
    run_id: '',
    details: sequence === TERMINAL_SEQUENCE ? { from_version: '1.0.0', to_version: '1.1.0' } : {},
  });
  return {
    request: {
      tenantId,
      routerId,
      routerIp: '127.20.1.1',
      softwareVersion: '1.1.0',
      deploymentId: `d-${tenantId}`,
      traceId,
      requestedAt: 2_000,
    },
    statuses: [
      { tenantId, status: status('STARTED', 50), traceId },
      ...(state === undefined ? [] : [{ tenantId, status: status(state, TERMINAL_SEQUENCE), traceId }]),
    ],
  };
}
const nowhere = { ui: undefined, queries: [] };
const plain = (text: string): string => text.replace(/\u001b\[\d+m/g, '');

test('the report says what came back', () => {
  const report = demoReport([storyOf('chogar', 'SUCCEEDED')], {
    ui: 'http://127.0.0.1:8233',
    queries: [{ query: 'TenantId = "chogar"', workflows: 1 }],
  });
  expect(plain(demoText(report, { stays: true, timeoutSeconds: 9 }))).toMatch(
    /TenantId = "chogar" {2}1 workflow$/,
  );
  expect(report).toMatchObject({
    ok: true,
    faults: [],
    temporal_ui: 'http://127.0.0.1:8233',
    deployments: [
      {
        tenant_id: 'chogar',
        router_id: 'chogar-001',
        deployment_id: 'd-chogar',
        from_version: '1.0.0',
        to_version: '1.1.0',
        state: 'SUCCEEDED',
        sequence: TERMINAL_SEQUENCE,
        trace_id: traceId,
        duration_ms: 4_500,
        states: ['STARTED', 'SUCCEEDED'],
      },
    ],
  });
  expect(report.deployments.map(deploymentRow).map((row) => row.map(plain))).toEqual([
    ['chogar', 'chogar-001', '1.0.0 → 1.1.0', 'SUCCEEDED', '4.5 s'],
  ]);
});

test.each(['FAILED', undefined] as const)('a single deployment that ends as %s fails the whole', (state) => {
  const report = demoReport([storyOf('chogar', 'SUCCEEDED'), storyOf('amovil', state)], nowhere);
  expect(report.ok).toBe(false);
  expect(report.faults).toHaveLength(1);
  expect(demoText(report, { stays: false, timeoutSeconds: 9 })).toContain(report.faults[0]);
});

test('a deployment without an end has no duration', () => {
  const [row] = demoReport([storyOf('amovil')], nowhere).deployments.map(deploymentRow);
  expect(row?.map(plain)).toEqual(['amovil', 'amovil-001', '? → 1.1.0', 'STARTED', 'not ended']);
});

test('no deployment at all is no success', () => {
  expect(demoReport([], nowhere).ok).toBe(false);
});

test('the queries that the Temporal UI takes', () => {
  expect(tenantQueries('chogar')).toEqual([
    'TenantId = "chogar"',
    'TenantId = "chogar" AND ExecutionStatus = "Failed"',
    'TenantId = "chogar" AND ExecutionStatus = "Running"',
  ]);
});
