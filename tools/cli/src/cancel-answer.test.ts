import { DEAD_LETTER_HEADERS, type NetworkDeploymentStatus } from '@vecino/contracts';
import { TERMINAL_SEQUENCE } from '@vecino/foundation';
import { cancelAnswerOf } from './cancel-answer.js';
import { answerOfDeadLetter, type SentCommand } from './command-answer.js';
import { unlockAnswerOf, unlockExitCode } from './unlock-answer.js';
import { type ReadStatus } from './status-feed.js';

const sent: SentCommand = {
  tenantId: 'chogar',
  deploymentId: 'd-1',
  commandId: 'c-1',
  value: Buffer.from([1, 2, 255]),
};

function read(more: Partial<NetworkDeploymentStatus>, tenantId = 'chogar'): ReadStatus {
  const status: NetworkDeploymentStatus = {
    event_id: 'e',
    deployment_id: 'd-1',
    tenant_id: tenantId,
    router_id: 'r-1',
    software_version: '1.1.0',
    state: 'WAIT_UP',
    sequence: 105,
    occurred_at: 1,
    reason: null,
    workflow_id: '',
    run_id: '',
    details: {},
    ...more,
  };
  return { tenantId, status };
}
const tooLate = {
  code: 'CANCEL_TOO_LATE',
  text: 'too late, reboot sent at 2027-01-31T22:00:00.000Z',
} as const;

test.each([
  ['it is cancelled', read({ state: 'CANCELLED', sequence: TERMINAL_SEQUENCE }), 'cancelled'],
  ['it had ended', read({ state: 'SUCCEEDED', sequence: TERMINAL_SEQUENCE }), 'ended'],
  ['too late', read({ reason: tooLate, details: { command_id: 'c-1' } }), 'too-late'],
  ['the answer to another command', read({ reason: tooLate, details: { command_id: 'c-2' } }), undefined],
  ['a phase', read({}), undefined],
  ['another deployment', read({ deployment_id: 'd-2', state: 'CANCELLED' }), undefined],
  ["another tenant's deployment of that id", read({ state: 'CANCELLED' }, 'amovil'), undefined],
])('a status that says: %s', (_, status, kind) => {
  expect(cancelAnswerOf(sent, status)?.kind).toBe(kind);
});

test.each([
  ['the terminal again', read({ state: 'FAILED', sequence: TERMINAL_SEQUENCE }), 'unlocked'],
  ['a phase', read({}), undefined],
  ['another deployment', read({ deployment_id: 'd-2', state: 'FAILED' }), undefined],
  ["another tenant's deployment of that id", read({ state: 'FAILED' }, 'amovil'), undefined],
])('to an unlock, a status that says: %s', (_, status, kind) => {
  expect(unlockAnswerOf(sent, status)?.kind).toBe(kind);
});

test('unlocked, not locked and unknown have exit codes of their own', () => {
  const refused = (code: string) => unlockExitCode({ kind: 'refused', code, text: '' });
  expect(unlockExitCode({ kind: 'unlocked', status: read({ state: 'FAILED' }).status })).toBe(0);
  expect([refused('NOT_QUARANTINED'), refused('UNKNOWN_DEPLOYMENT')]).toEqual([3, 2]);
  expect(unlockExitCode({ kind: 'silence', afterMs: 1 })).toBe(1);
});

test('a dead letter answers the command whose bytes it has', () => {
  const headers = {
    [DEAD_LETTER_HEADERS.code]: Buffer.from('UNKNOWN_DEPLOYMENT'),
    [DEAD_LETTER_HEADERS.text]: Buffer.from('nobody knows it'),
  };
  expect(answerOfDeadLetter(sent, { value: Buffer.from(sent.value), headers })).toEqual({
    kind: 'refused',
    code: 'UNKNOWN_DEPLOYMENT',
    text: 'nobody knows it',
  });
  expect(answerOfDeadLetter(sent, { value: Buffer.from([1, 2]), headers })).toBeUndefined();
  expect(answerOfDeadLetter(sent, { value: null, headers })).toBeUndefined();
});
