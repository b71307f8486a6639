import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { evidenceReference } from '../api/names.js';
import { childCloseOf } from './child-close.js';
import { releaseOf, terminalOf } from './terminal.js';

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
      'at-once',
    ],
    ['no report', ApplicationFailure.nonRetryable('boom', 'Error'), 'FAILED', 'WORKFLOW_FAILED', 'when-idle'],
    [
      'a report that is none',
      ApplicationFailure.nonRetryable('boom', 'Error', { state: 'HAPPY', reason }),
      'FAILED',
      'WORKFLOW_FAILED',
      'when-idle',
    ],
    [
      'a report that nobody knows what the router runs',
      ApplicationFailure.nonRetryable('x', 'DEVICE_STATE_UNKNOWN', {
        state: 'FAILED',
        reason: { code: 'DEVICE_STATE_UNKNOWN', text: 'no answer after the reboot' },
      }),
      'FAILED',
      'DEVICE_STATE_UNKNOWN',
      'when-idle',
    ],
    [
      'a report that the router never came back',
      ApplicationFailure.nonRetryable('x', 'DEVICE_DID_NOT_RETURN', {
        state: 'FAILED',
        reason: { code: 'DEVICE_DID_NOT_RETURN', text: 'silent for 30 min' },
      }),
      'FAILED',
      'DEVICE_DID_NOT_RETURN',
      'when-idle',
    ],
    [
      'a report that the way back failed',
      ApplicationFailure.nonRetryable('x', 'ROLLBACK_FAILED', {
        state: 'FAILED',
        reason: { code: 'ROLLBACK_FAILED', text: 'call a human' },
      }),
      'FAILED',
      'ROLLBACK_FAILED',
      'by-hand',
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
      'when-idle',
    ],
    [
      'a report that it was cancelled',
      ApplicationFailure.nonRetryable('x', 'CANCELLED_BY_OPERATOR', {
        state: 'CANCELLED',
        reason: { code: 'CANCELLED_BY_OPERATOR', text: 'cancelled, and the evidence could not be written' },
      }),
      'CANCELLED',
      'CANCELLED_BY_OPERATOR',
      'at-once',
    ],
    ['a cancel', new CancelledFailure('c'), 'CANCELLED', 'CANCELLED_BY_OPERATOR', 'at-once'],
    ['a termination', new TerminatedFailure('t'), 'TERMINATED', 'TERMINATED_FROM_OUTSIDE', 'when-idle'],
    [
      'a timeout',
      new TimeoutFailure('t', undefined, 'START_TO_CLOSE'),
      'TIMED_OUT',
      'EXECUTION_TIMED_OUT',
      'when-idle',
    ],
  ])('from %s', (_, cause, state, code, release) => {
    const closed = failed(cause);
    expect([terminalOf(closed).state, terminalOf(closed).reason.code]).toEqual([state, code]);
    expect(releaseOf(closed)).toBe(release);
  });

  test('is what a cancelled deployment reports itself, and links no evidence that it does not name', () => {
    const told = { code: 'CANCELLED_BY_OPERATOR' as const, text: 'cancelled by eva' };
    const failure = ApplicationFailure.nonRetryable('x', told.code, { state: 'CANCELLED', reason: told });
    expect(terminalOf(failed(failure), 'ana')).toEqual({ state: 'CANCELLED', reason: told });
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
