import { type GateStanding } from '@vecino/temporal';
import { type GateReport, type GateResult } from '@vecino/workflows';
import { draining } from './move-across.js';

const EPOCH = 9;
const LEFT = { revision: 1, left: undefined };
const open = (more: Partial<GateReport>): GateStanding => ({
  kind: 'open',
  taskQueue: 'q',
  report: { ready: true, running: 0, queued: 0, toPublish: 0, ...more } as GateReport,
});
const drained = { moving: { epoch: EPOCH, drained: true } };
const completed = (result: GateResult): GateStanding => ({ kind: 'completed', result });

it('has drained where its gate says so, and where it has none', () => {
  expect(draining(open(drained), EPOCH)).toBeUndefined();
  expect(draining({ kind: 'none' }, EPOCH)).toBeUndefined();
  expect(draining(completed({ kind: 'retired', epoch: 5, ...LEFT }), EPOCH, { epoch: 5 })).toBeUndefined();
});

it.each<[string, GateStanding]>([
  ['runs', open({ running: 1, moving: { epoch: EPOCH, drained: false } })],
  ['has not heard of it', open({ moving: { epoch: 8, drained: true } })],
  ['does not know yet what there is', open({ ready: false, ...drained })],
  ['is not answered for', { kind: 'open', taskQueue: 'q' }],
  ['died', { kind: 'ended', status: 'TERMINATED' }],
])('has not drained while its gate %s', (_, standing) => {
  expect(draining(standing, EPOCH)?.step).toBe('draining');
});

it.each<[string, GateStanding]>([
  ['was not started', { kind: 'none' }],
  ['was a latecomer’s', completed({ kind: 'forwarded' })],
  ['is of an earlier stay', completed({ kind: 'moved', epoch: 2, ...LEFT })],
])('goes on from where it has just come only once its gate has begun: one that %s has not', (_, standing) => {
  expect(draining(standing, EPOCH, { epoch: 5 })?.step).toBe('draining');
});
