import { type Execution } from '@vecino/audit';
import { lastStartAfter, nothingStartsAfter, type StopOrder } from './stop-judge.js';

const ran = (deploymentId: string, started: number): Execution => ({
  tenantId: 'acme',
  deploymentId,
  started,
});
const order: StopOrder = {
  written: 100,
  takenBack: 1_000,
  names: ({ deploymentId }) => deploymentId !== 'other',
};

it('what started before the order, soon after it, and after it was taken back is fine', () => {
  const executions = [ran('a', 99), ran('b', 150), ran('c', 1_000), ran('other', 500)];
  expect(nothingStartsAfter(order, executions, 50)).toEqual([]);
  expect(lastStartAfter(order, executions)).toBe(50);
  expect(lastStartAfter(order, [ran('a', 100)])).toBeUndefined();
});

it('a start while the order holds is found', () => {
  expect(nothingStartsAfter(order, [ran('a', 151)], 50)).toHaveLength(1);
});
