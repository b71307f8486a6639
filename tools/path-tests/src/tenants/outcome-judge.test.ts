import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type ReasonCode } from '@vecino/foundation';
import { sentRequest, terminalStatus } from '../testing/records.js';
import { countByCode, outcomesOf, ranOnce } from './outcome-judge.js';

const sent = (deploymentId: string) => sentRequest(deploymentId, ['UPGRADED', 'QUEUE_FULL']);

const terminal = (deploymentId: string, code: ReasonCode, more: Partial<NetworkDeploymentStatus> = {}) =>
  terminalStatus(deploymentId, {
    state: code === 'UPGRADED' ? 'SUCCEEDED' : 'REJECTED',
    reason: { code, text: '' },
    ...more,
  });

it('each in one of its ways, repeated or not, is fine, and counted', () => {
  const { ended, violations } = outcomesOf(
    [sent('d1'), sent('d2')],
    [terminal('d1', 'UPGRADED'), terminal('d2', 'QUEUE_FULL'), terminal('d2', 'QUEUE_FULL')],
  );
  expect(violations).toEqual([]);
  expect(ended.map(({ expected }) => expected.state)).toEqual(['SUCCEEDED', 'REJECTED']);
  expect(countByCode(ended)).toEqual({ UPGRADED: 1, QUEUE_FULL: 1 });
});

it.each([
  ['no terminal', []],
  ['two terminals', [terminal('d1', 'UPGRADED'), terminal('d1', 'UPGRADED', { event_id: 'other' })]],
  ['another end', [terminal('d1', 'RATE_LIMITED')]],
  ['a state that does not fit its reason', [terminal('d1', 'UPGRADED', { state: 'FAILED' })]],
  ["another tenant's terminal", [terminal('d1', 'UPGRADED', { tenant_id: 'other' })]],
])('%s is found', (_, statuses) => {
  const { ended, violations } = outcomesOf([sent('d1')], statuses);
  expect(violations).toHaveLength(1);
  expect(ended).toEqual([]);
});

it('a request that ran twice is found', () => {
  const ran = (tenantId: string) => ({ tenantId, deploymentId: 'd1', started: 0, closed: 1 });
  expect(ranOnce([ran('acme'), ran('other')])).toEqual([]);
  expect(ranOnce([ran('acme'), ran('acme')])).toHaveLength(1);
});
