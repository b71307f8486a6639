import { type CallRecord, type LogRecord } from '@vecino/router-simulator';
import { type Execution } from '../judge.js';
import {
  changedInItsTurn,
  changeSpans,
  changesWithinCap,
  mostAtOnceOf,
  startsWithinCap,
} from './concurrency-judge.js';

const ran = (deploymentId: string, started: number, closed?: number): Execution => ({
  tenantId: 'acme',
  deploymentId,
  started,
  ...(closed === undefined ? {} : { closed }),
});

let seq = 0;
const call = (routerId: string, rpc: string, start: number, end: number, accepted = true): CallRecord => ({
  kind: 'call',
  seq: (seq += 1),
  router_id: routerId,
  rpc: `gnoi/${rpc}`,
  start,
  end,
  peer: null,
  accepted,
  status: 'OK',
  detail: {},
});
const power = (routerId: string, kind: 'up' | 'down', at: number): LogRecord => ({
  kind,
  seq: (seq += 1),
  router_id: routerId,
  at,
  cause: 'reboot',
  running_version: '2.0.0',
  boot_time_ns: '0',
});
const upgrade = (routerId: string, from: number, to: number): LogRecord[] => [
  call(routerId, 'Install', from, from + 1),
  call(routerId, 'Reboot', to - 2, to - 1),
  power(routerId, 'down', to - 1),
  power(routerId, 'up', to),
];

const cap = (initial: number) => () => ({ initial, changes: [] });
const lowered = () => ({ initial: 3, changes: [{ value: 1, asked: 10, written: 10 }] });
const tenantOfRouter = () => 'acme';

it('as many as the cap at once are fine, and one that starts when another closes', () => {
  const executions = [ran('a', 0, 10), ran('b', 0, 20), ran('c', 10)];
  expect(startsWithinCap(executions, cap(2))).toEqual([]);
  expect(
    mostAtOnceOf(
      executions.map(({ started, closed = Infinity }) => ({ what: '', from: started, to: closed })),
    ),
  ).toBe(2);
});

it('one too many is found, also while nothing has closed', () => {
  expect(startsWithinCap([ran('a', 0), ran('b', 0), ran('c', 5)], cap(2))).toEqual([
    expect.stringContaining('c is number 3'),
  ]);
});

it('what runs when the cap is lowered may end; what starts beyond the new cap later is found', () => {
  const before = [ran('a', 0, 50_000), ran('b', 0, 50_000), ran('c', 5, 50_000)];
  expect(startsWithinCap(before, lowered)).toEqual([]);
  expect(startsWithinCap([...before, ran('d', 5_009)], lowered)).toHaveLength(1);
  expect(startsWithinCap([...before, ran('d', 20_000)], lowered)).toHaveLength(1);
});

it('a router is under change from its Install to its return, and until its last change where it never rebooted', () => {
  const log = [
    ...upgrade('r1', 0, 10),
    call('r1', 'Verify', 11, 12),
    ...upgrade('r1', 20, 30),
    call('r2', 'Install', 5, 6, false),
    call('r2', 'Install', 7, 9),
    call('r3', 'Activate', 4, 5),
    ...upgrade('r3', 20, 30),
  ];
  expect(changeSpans(log)).toEqual([
    { what: 'r1', from: 0, to: 10 },
    { what: 'r1', from: 20, to: 30 },
    { what: 'r2', from: 7, to: 9 },
    { what: 'r3', from: 4, to: 5 },
    { what: 'r3', from: 20, to: 30 },
  ]);
});

it('more routers under change at once than the cap are found in their own log', () => {
  const log = [...upgrade('r1', 0, 10), ...upgrade('r2', 3, 9), ...upgrade('r3', 9, 15)];
  expect(changesWithinCap(log, tenantOfRouter, cap(2))).toEqual([]);
  expect(changesWithinCap(log, tenantOfRouter, cap(1))).toHaveLength(2);
  expect(changesWithinCap(log, (routerId) => routerId, cap(1))).toEqual([]);
});

it('a change without a turn, after it, and in the turn of two is found', () => {
  const turn = [ran('d1', 0, 10)];
  const judge = (log: LogRecord[], executions: Execution[]) => changedInItsTurn(log, executions, () => 'r1');
  expect(judge(upgrade('r1', 1, 9), turn)).toEqual([]);
  expect(judge([call('r1', 'Activate', 11, 12)], turn)).toHaveLength(1);
  expect(judge([call('r1', 'Activate', 9, 11)], turn)).toHaveLength(1);
  expect(judge([call('r2', 'Activate', 1, 2)], turn)).toHaveLength(1);
  expect(judge([call('r1', 'Activate', 1, 2)], [...turn, ran('d2', 0)])).toHaveLength(1);
  expect(judge([call('r1', 'Activate', 11, 12, false), call('r1', 'Verify', 11, 12)], turn)).toEqual([]);
});
