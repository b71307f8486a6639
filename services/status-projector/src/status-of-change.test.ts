import type { StatusChange } from '@vecino/workflows';
import { statusOfChange } from './status-of-change.js';

const change: StatusChange = {
  deploymentId: 'd-1',
  routerId: 'r1',
  softwareVersion: '7.2.1',
  state: 'QUEUED',
  sequence: 1,
  occurredAt: 1_700_000_000_000,
  workflowId: 'gate/acme',
  runId: 'run-1',
};

test('the event id depends on tenant, deployment and sequence, and on nothing else', () => {
  const idOf = (tenantId: string, more: Partial<StatusChange> = {}): string =>
    statusOfChange(tenantId, { ...change, ...more }).event_id;
  expect(idOf('acme', { runId: 'run-2', occurredAt: 1 })).toBe(idOf('acme'));
  expect(
    new Set([
      idOf('acme'),
      idOf('other'),
      idOf('acme', { sequence: 2 }),
      idOf('acme', { deploymentId: 'd-2' }),
    ]).size,
  ).toBe(4);
});

test('what a change does not say is empty, not missing', () => {
  expect(statusOfChange('acme', change)).toMatchObject({ reason: null, details: {} });
});

test('what is published holds no secret, whoever told it to the workflow', () => {
  const reason = { code: 'WORKFLOW_FAILED', text: 'cannot reach kafka://ana:hunter2@broker' } as const;
  const details = { evidence_missing: 'EACCES, {"password":"hunter2"}', evidence: 'acme/d-1' };
  expect(statusOfChange('acme', { ...change, state: 'FAILED', reason, details })).toMatchObject({
    reason: { code: 'WORKFLOW_FAILED', text: 'cannot reach kafka://[redacted]@broker' },
    details: { evidence_missing: 'EACCES, {"password":"[redacted]"}', evidence: 'acme/d-1' },
  });
});
