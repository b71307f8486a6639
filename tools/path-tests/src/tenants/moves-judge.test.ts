import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type Execution } from '../judge.js';
import { sentRequest, terminalStatus } from '../testing/records.js';
import { judgeMoves } from './moves-judge.js';

const sent = (deploymentId: string) => sentRequest(deploymentId, ['ALREADY_RUNNING']);
const ended = (deploymentId: string, more: Partial<NetworkDeploymentStatus> = {}) =>
  terminalStatus(deploymentId, { reason: { code: 'ALREADY_RUNNING', text: '' }, ...more });
const ran = (deploymentId: string, started: number, closed: number): Execution => ({
  tenantId: 'acme',
  deploymentId,
  started,
  closed,
});

const good = {
  sent: [sent('d1'), sent('d2')],
  statuses: [ended('d1'), ended('d2')],
  executions: [ran('d1', 0, 1), ran('d2', 1, 2)],
  log: [],
  cap: 1,
};

it('a move in which everything went right has no violation', () => {
  expect(judgeMoves(good)).toEqual({});
});

it.each([
  ['a lost request', { statuses: [ended('d1')], executions: [ran('d1', 0, 1)] }, 'outcomes (1)'],
  ['two ends', { statuses: [...good.statuses, ended('d2', { event_id: 'other' })] }, 'outcomes (1)'],
  ['a run in each home', { executions: [...good.executions, ran('d2', 2, 3)] }, 'ranOnce (1)'],
  [
    'one that overtook on its router',
    { executions: [ran('d2', 0, 1), ran('d1', 1, 2)] },
    'inOrderPerRouter (1)',
  ],
  ['too many at once over both homes', { executions: [ran('d1', 0, 2), ran('d2', 1, 2)] }, 'capHeld (1)'],
])('%s is found', (_, wrong, invariant) => {
  expect(judgeMoves({ ...good, ...wrong })).toHaveProperty([invariant]);
});
