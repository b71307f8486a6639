import { Client, Connection } from '@temporalio/client';
import { uniqueName } from '@vecino/testing';
import { DEPLOYMENT_WORKFLOW_TYPE, deploymentAttributes } from '@vecino/workflows';
import { DEFAULT_RETENTION_MS, ensureNamespace, MIN_RETENTION_MS } from './tenant-namespace.js';

let connection: Connection;

beforeAll(async () => {
  connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
});
afterAll(() => connection.close());

async function retentionOf(namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds) * 1_000;
}

test('a namespace is made once, with its retention, and can be used at once', async () => {
  const namespace = uniqueName('tenant');
  const made = await Promise.all([1, 2].map(() => ensureNamespace(connection, { namespace })));
  expect(made.toSorted()).toEqual(['created', 'unchanged']);
  expect(await retentionOf(namespace)).toBe(DEFAULT_RETENTION_MS);

  const client = new Client({ connection, namespace });
  const of = { tenantId: 'acme', tier: 'basic', routerId: 'r', softwareVersion: '1' };
  await client.workflow.start(DEPLOYMENT_WORKFLOW_TYPE, {
    workflowId: 'deployment/acme/d',
    taskQueue: 'nobody',
    args: [],
    typedSearchAttributes: deploymentAttributes(of, 'STARTED'),
  });
  await client.workflow.getHandle('deployment/acme/d').terminate();
});

test('the retention of one that exists changes only where it is asked to', async () => {
  const namespace = uniqueName('tenant');
  await ensureNamespace(connection, { namespace, retentionMs: 2 * MIN_RETENTION_MS });
  expect(await ensureNamespace(connection, { namespace })).toBe('unchanged');
  expect(await retentionOf(namespace)).toBe(2 * MIN_RETENTION_MS);
  expect(await ensureNamespace(connection, { namespace, retentionMs: MIN_RETENTION_MS })).toBe('updated');
  expect(await retentionOf(namespace)).toBe(MIN_RETENTION_MS);
});

test('less than Temporal takes is refused', async () => {
  const order = { namespace: uniqueName('tenant'), retentionMs: 60_000 };
  await expect(ensureNamespace(connection, order)).rejects.toThrow('make the namespace');
});
