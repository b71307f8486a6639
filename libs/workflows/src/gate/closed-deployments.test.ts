import type { ClosedEntry } from './closed-entry.js';
import { ClosedDeployments } from './closed-deployments.js';

const entry = (deploymentId: string, more: Partial<ClosedEntry> = {}): ClosedEntry => ({
  deploymentId,
  fingerprint: `f-${deploymentId}`,
  state: 'SUCCEEDED',
  code: 'UPGRADED',
  text: 'the router runs 2.0.0',
  at: 1,
  runId: 'run',
  routerId: 'r',
  softwareVersion: '2.0.0',
  ...more,
});
const refusal = { state: 'REJECTED', code: 'RATE_LIMITED', text: 'too many', runId: '' } as const;

test('a flood of refusals pushes out the oldest refusals, and nothing that ran', () => {
  const closed = new ClosedDeployments({ recent: [] });
  closed.remember(entry('ran'));
  closed.remember(entry('rejected-by-its-router', { state: 'REJECTED', code: 'PRECHECK_REFUSED' }));
  for (let i = 0; i < 5_000; i++) closed.remember(entry(`no-${i}`, refusal));
  expect(closed.get('ran')).toBeDefined();
  expect(closed.get('rejected-by-its-router')).toBeDefined();
  expect([closed.get('no-0'), closed.get('no-4999')?.code]).toEqual([undefined, 'RATE_LIMITED']);
  const { recent, refused } = closed.toCarried();
  expect(JSON.stringify(refused).length).toBeLessThan(110_000);
  const again = new ClosedDeployments({ recent, refused });
  expect([again.get('ran'), again.get('no-4999')]).toEqual([closed.get('ran'), closed.get('no-4999')]);
});

test('what a gate of an earlier release carried is known', () => {
  const closed = new ClosedDeployments({ recent: [entry('ran'), entry('no', refusal)] });
  expect([closed.get('ran')?.state, closed.get('no')?.state]).toEqual(['SUCCEEDED', 'REJECTED']);
});
