import { type Gap, type Standing } from './find-gaps.js';
import { planRepair } from './plan-repair.js';
import { type AskedRecord } from './read-topics.js';
import { asked } from './testing/asked.js';

const gap = (record: AskedRecord, standing: Standing = 'lost'): Gap => ({
  kind: 'no-terminal',
  tenantId: record.tenantId,
  deploymentId: record.deploymentId,
  text: '',
  standing,
  record,
});
const plan = (gaps: readonly Gap[], others: readonly AskedRecord[] = []) => {
  const requests = [...gaps.flatMap(({ record }) => record ?? []), ...others];
  const { due, left } = planRepair(gaps, requests, (tenantId) => tenantId === 'acme');
  return [...due.map((one) => one.gap.deploymentId), ...left.map(({ code }) => code)];
};

it('what is lost is sent again, in the order of its partition', () => {
  expect(plan([gap(asked('d2', 2)), gap(asked('d1', 1))])).toEqual(['d1', 'd2']);
});

it('what has ended untold is sent again, whatever came after it', () => {
  expect(plan([gap(asked('d1', 1), 'untold')], [asked('d2', 2)])).toEqual(['d1']);
});

it('what later requests for its router have overtaken is not, by id or by address', () => {
  const lost = gap(asked('d1', 5));
  expect(plan([lost], [asked('d2', 6)])).toEqual(['OVERTAKEN']);
  expect(plan([lost], [asked('d2', 6, { routerId: 'other' })])).toEqual(['OVERTAKEN']);
  expect(plan([lost], [asked('d2', 6, { routerId: 'other', routerIp: '10.0.0.2' })])).toEqual(['d1']);
  expect(plan([lost], [asked('d2', 4)])).toEqual(['d1']);
  expect(plan([lost], [asked('d2', 6, { tenantId: 'other' })])).toEqual(['d1']);
});

it('what was sent again keeps its turn: a repair that broke off goes on with what came after it', () => {
  const sentAgain = asked('d1', 9);
  expect(plan([gap(asked('d2', 6))], [asked('d1', 5), sentAgain])).toEqual(['d2']);
  // Records of one batch have one time.
  expect(plan([gap(asked('d2', 6, { timestamp: 5 }))], [asked('d1', 5), sentAgain])).toEqual(['d2']);
  // Nobody has heard of it yet.
  expect(plan([gap(asked('d1', 5)), gap(asked('d2', 6))], [sentAgain])).toEqual(['d1', 'd2']);
  expect(plan([gap(asked('d2', 6))], [asked('d1', 7), sentAgain])).toEqual(['OVERTAKEN']);
});

it('what came at the same time to another partition may be later', () => {
  const lost = gap(asked('d1', 5));
  expect(plan([lost], [asked('d2', 1, { partition: 1, timestamp: 5 })])).toEqual(['OVERTAKEN']);
  expect(plan([lost], [asked('d2', 9, { partition: 1, timestamp: 4 })])).toEqual(['d1']);
});

it('what has a status that nobody can read is not, unless it is known to have ended', () => {
  const unreadable: Gap = { kind: 'unreadable-status', tenantId: 'acme', deploymentId: 'd1', text: '' };
  expect(plan([gap(asked('d1', 1)), unreadable])).toEqual(['STATUS_UNREADABLE', 'NOT_LOST']);
  expect(plan([gap(asked('d1', 1), 'untold'), unreadable])).toEqual(['d1', 'NOT_LOST']);
  // It may have been done: what was lost before it would come after it.
  const both = [asked('d0', 1), asked('d1', 2)].map((record) => gap(record));
  expect(plan([...both, unreadable])).toEqual(['OVERTAKEN', 'STATUS_UNREADABLE', 'NOT_LOST']);
});

it.each(['in-kafka', 'under-way', 'unclear'] as const)('what is %s is not', (standing) => {
  expect(plan([gap(asked('d1', 1), standing)])).toEqual(['NOT_LOST']);
});

it('neither is what is at fault, of no tenant, or no request', () => {
  expect(plan([gap(asked('d1', 1, { fates: ['refused'] }))])).toEqual(['FAULTY']);
  expect(plan([gap(asked('d1', 1, { tenantId: 'gone' }))])).toEqual(['UNKNOWN_TENANT']);
  expect(plan([{ kind: 'no-request', tenantId: 'acme', deploymentId: 'd1', text: '' }])).toEqual([
    'NOT_LOST',
  ]);
});
