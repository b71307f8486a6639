import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type TenantRun } from '@vecino/temporal';
import { type MoveEvidence, proveMove, type SeenRequest } from './prove-move.js';

const request = (deploymentId: string, offset: number, routerId = `r-${deploymentId}`): SeenRequest => ({
  deploymentId,
  routerId,
  partition: 0,
  offset,
});
const status = (deployment_id: string, state: NetworkDeploymentStatus['state']) =>
  ({ deployment_id, state }) as NetworkDeploymentStatus;
const run = (deploymentId: string, startedAt: number, status = 'COMPLETED'): TenantRun => ({
  deploymentId,
  runId: `${deploymentId}-${startedAt}`,
  startedAt,
  status,
});
const prove = (evidence: Partial<MoveEvidence>) =>
  proveMove({ from: 0, to: 1, requests: [], statuses: [], runs: [], ...evidence });

it('counts what was asked for, what started, what ended and what is on its way', () => {
  const proof = prove({
    requests: [request('a', 1), request('b', 2), request('c', 3), request('a', 4)],
    statuses: [
      status('a', 'SUCCEEDED'),
      status('a', 'SUCCEEDED'),
      status('b', 'STAGING'),
      status('c', 'REJECTED'),
    ],
    runs: [run('a', 1), run('b', 2, 'RUNNING')],
  });
  expect(proof).toMatchObject({
    requests: 4,
    deployments: 3,
    started: 2,
    terminals: 2,
    under_way: 1,
    ok: true,
  });
});

it('finds what nobody has heard of', () => {
  expect(prove({ requests: [request('a', 1)] })).toMatchObject({ lost: ['a'], under_way: 0, ok: false });
  expect(prove({ requests: [request('a', 1)], runs: [run('a', 1)] })).toMatchObject({ lost: [], ok: true });
});

it('finds what ran twice or ended twice, but not what was started again because it never began', () => {
  const requests = [request('a', 1)];
  expect(prove({ requests, runs: [run('a', 1), run('a', 2)] }).doubled).toEqual(['a']);
  expect(prove({ requests, runs: [run('a', 1, 'TERMINATED'), run('a', 2)] }).doubled).toEqual([]);
  const statuses = [status('a', 'SUCCEEDED'), status('a', 'FAILED')];
  expect(prove({ requests, statuses }).doubled).toEqual(['a']);
});

it('finds what overtook an earlier request for its router', () => {
  const requests = [request('a', 1, 'r'), request('b', 2, 'r'), request('c', 3, 'other')];
  expect(prove({ requests, runs: [run('a', 2), run('b', 1), run('c', 0)] }).out_of_order).toEqual(['b']);
  expect(prove({ requests, runs: [run('a', 1), run('b', 2), run('c', 0)] }).out_of_order).toEqual([]);
});
