import { type CallRecord } from '@vecino/router-simulator';
import {
  capHeld,
  changesApart,
  endsOnce,
  type Execution,
  inOrderPerRouter,
  nothingUnasked,
  rebootsOnce,
  repeatsAgree,
} from './judge.js';
import { type LedgerEntry } from './ledger.js';
import { terminalStatus as terminal } from './testing/records.js';

const entry = (deploymentId: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  deploymentId,
  tenantId: 'acme',
  routerId: 'r1',
  routerIp: '10.0.0.1',
  softwareVersion: '2.0.0',
  expected: { state: 'SUCCEEDED', code: 'UPGRADED' },
  ...more,
});

let seq = 0;
const call = (
  rpc: 'Install' | 'Activate' | 'Reboot' | 'Verify',
  start: number,
  end: number,
  more: Partial<CallRecord> = {},
): CallRecord => ({
  kind: 'call',
  seq: (seq += 1),
  router_id: 'r1',
  rpc: `gnoi/${rpc}`,
  start,
  end,
  peer: null,
  accepted: true,
  status: 'OK',
  detail: { message: 'vecino deployment d1 forward' },
  ...more,
});

const ran = (deploymentId: string, started: number, closed?: number): Execution => ({
  tenantId: 'acme',
  deploymentId,
  started,
  ...(closed === undefined ? {} : { closed }),
});

it('a run in which everything went right has no violation', () => {
  const ledger = [entry('d1'), entry('d2')];
  const statuses = [terminal('d1'), terminal('d1'), terminal('d2')];
  const executions = [ran('d1', 0, 10), ran('d2', 10, 20)];
  const log = [
    call('Install', 1, 2),
    call('Activate', 2, 3),
    call('Reboot', 3, 4),
    call('Reboot', 13, 14, { detail: { message: 'vecino deployment d2 forward' } }),
  ];
  expect([
    ...endsOnce(ledger, statuses),
    ...repeatsAgree(statuses),
    ...nothingUnasked(ledger, statuses, executions, log),
    ...rebootsOnce(ledger, log),
    ...changesApart(log),
    ...inOrderPerRouter(ledger, executions),
    ...capHeld(executions, () => 1),
  ]).toEqual([]);
});

it.each([
  ['none', []],
  ['a second, other terminal', [terminal('d1'), terminal('d1', { event_id: 'other' })]],
  ['another state', [terminal('d1', { state: 'FAILED' })]],
  ['another reason', [terminal('d1', { reason: { code: 'ALREADY_RUNNING', text: '' } })]],
  ["another tenant's terminal", [terminal('d1', { tenant_id: 'other' })]],
])('a request with %s is found', (_, statuses) => {
  expect(endsOnce([entry('d1')], statuses)).toHaveLength(1);
});

it('an event id that says two things is found', () => {
  expect(repeatsAgree([terminal('d1'), terminal('d1', { state: 'FAILED' })])).toHaveLength(1);
});

it('a status, a workflow and a change that nobody asked for are found', () => {
  const unasked = nothingUnasked(
    [entry('d1')],
    [terminal('ghost')],
    [ran('ghost', 0)],
    [call('Activate', 0, 1, { router_id: 'r9' }), call('Verify', 0, 1, { router_id: 'r9' })],
  );
  expect(unasked).toHaveLength(3);
});

it.each([
  ['no reboot', []],
  ['two reboots', [call('Reboot', 0, 1), call('Reboot', 5, 6)]],
  ['only one that the router refused', [call('Reboot', 0, 1, { accepted: false })]],
])('%s for a deployment that needs one is found', (_, log) => {
  expect(rebootsOnce([entry('d1')], log)).toHaveLength(1);
});

it('a reboot for a refused request is found', () => {
  const refused = entry('d1', { expected: { state: 'REJECTED', code: 'IMAGE_UNKNOWN' } });
  expect(rebootsOnce([refused], [call('Reboot', 0, 1)])).toHaveLength(1);
});

it('two changes of one router at a time are found, of two routers not', () => {
  expect(changesApart([call('Install', 0, 10), call('Reboot', 9, 11)])).toHaveLength(1);
  expect(changesApart([call('Install', 0, 10), call('Reboot', 9, 11, { router_id: 'r2' })])).toEqual([]);
});

it('a later request that overtakes on its router is found', () => {
  const ledger = [entry('d1'), entry('d2')];
  expect(inOrderPerRouter(ledger, [ran('d2', 0, 5), ran('d1', 6, 9)])).toHaveLength(1);
  expect(inOrderPerRouter(ledger, [ran('d1', 0, 6), ran('d2', 5, 9)])).toHaveLength(1);
});

it('one more than the cap is found', () => {
  expect(capHeld([ran('d1', 0, 10), ran('d2', 9, 11)], () => 1)).toEqual([
    'acme had 2 running, its cap is 1',
  ]);
});
