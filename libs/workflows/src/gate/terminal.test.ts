import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
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
    ['no report', ApplicationFailure.nonRetryable('boom', 'Error'), 'FAILED', 'WORKFLOW_FAILED', false],
    [
      'a report that is none',
      ApplicationFailure.nonRetryable('boom', 'Error', { state: 'HAPPY', reason }),
      'FAILED',
      'WORKFLOW_FAILED',
      false,
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
});
