import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { evidenceReference } from '../api/names.js';
import { childCloseOf } from './child-close.js';
import { leavesRouterUnknown, terminalOf } from './terminal.js';

const failed = (cause: Error) =>
  childCloseOf(
    'deployment/acme/d1',
    'run',
    new ChildWorkflowFailure(
      'default',
      { workflowId: 'deployment/acme/d1', runId: 'run' },
      'NetworkDeploymentWorkflow',
      'NON_RETRYABLE_FAILURE',
      cause,
    ),
  );
const reason = { code: 'PRECHECK_REFUSED' as const, text: 'a reboot is pending' };

describe('the terminal of a close', () => {
  test.each([
    [
      'a report',
      ApplicationFailure.nonRetryable('x', 'PRECHECK_REFUSED', { state: 'REJECTED', reason }),
      'REJECTED',
      'PRECHECK_REFUSED',
      false,
    ],
    ['no report', ApplicationFailure.nonRetryable('boom', 'Error'), 'FAILED', 'WORKFLOW_FAILED', true],
    [
      'a report that is none',
      ApplicationFailure.nonRetryable('boom', 'Error', { state: 'HAPPY', reason }),
      'FAILED',
      'WORKFLOW_FAILED',
      true,
    ],
    [
      'a report that nobody knows what the router runs',
      ApplicationFailure.nonRetryable('x', 'DEVICE_STATE_UNKNOWN', {
        state: 'FAILED',
        reason: { code: 'DEVICE_STATE_UNKNOWN', text: 'no answer after the reboot' },
      }),
      'FAILED',
      'DEVICE_STATE_UNKNOWN',
      true,
    ],
    [
      'a report that the router never came back',
      ApplicationFailure.nonRetryable('x', 'DEVICE_DID_NOT_RETURN', {
        state: 'FAILED',
        reason: { code: 'DEVICE_DID_NOT_RETURN', text: 'silent for 30 min' },
      }),
      'FAILED',
      'DEVICE_DID_NOT_RETURN',
      true,
    ],
    [
      'a report that the way back failed',
      ApplicationFailure.nonRetryable('x', 'ROLLBACK_FAILED', {
        state: 'FAILED',
        reason: { code: 'ROLLBACK_FAILED', text: 'call a human' },
      }),
      'FAILED',
      'ROLLBACK_FAILED',
      true,
    ],
    [
      'a report that says so itself, whatever its code',
      ApplicationFailure.nonRetryable('x', 'VERIFY_FAILED', {
        state: 'FAILED',
        reason: { code: 'VERIFY_FAILED', text: 'x' },
        routerUnknown: true,
      }),
      'FAILED',
      'VERIFY_FAILED',
      true,
    ],
    ['a cancel', new CancelledFailure('c'), 'CANCELLED', 'CANCELLED_BY_OPERATOR', false],
    ['a termination', new TerminatedFailure('t'), 'TERMINATED', 'TERMINATED_FROM_OUTSIDE', true],
    [
      'a timeout',
      new TimeoutFailure('t', undefined, 'START_TO_CLOSE'),
      'TIMED_OUT',
      'EXECUTION_TIMED_OUT',
      true,
    ],
  ])('from %s', (_, cause, state, code, mayWork) => {
    const closed = failed(cause);
    expect([terminalOf(closed).state, terminalOf(closed).reason.code]).toEqual([state, code]);
    expect(leavesRouterUnknown(closed)).toBe(mayWork);
  });

  test('from a cancel names the evidence, and who ordered it where that is known', () => {
    const closed = failed(new CancelledFailure('c'));
    expect(terminalOf(closed, 'ana')).toEqual({
      state: 'CANCELLED',
      reason: { code: 'CANCELLED_BY_OPERATOR', text: 'cancelled by ana before the reboot was sent' },
      details: { evidence: evidenceReference('acme', 'd1') },
    });
    expect(terminalOf(closed).reason.text).toBe('cancelled before the reboot was sent');
  });
});
