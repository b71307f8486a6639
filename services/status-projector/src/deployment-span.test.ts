import { SpanStatusCode } from '@opentelemetry/api';
import { TERMINAL_SEQUENCE, TERMINAL_STATES, type TerminalState } from '@vecino/foundation';
import { recordSpans } from '@vecino/testing/recorded-spans';
import type { StatusChange } from '@vecino/workflows';
import { endTraces } from './deployment-span.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
let exported: ReturnType<typeof recordSpans>;
/** Small numbers would be taken for times since the process began. */
const EPOCH_S = 1_700_000_000;
const at = (seconds: number): number => (EPOCH_S + seconds) * 1_000;

beforeAll(() => {
  exported = recordSpans();
});
beforeEach(() => exported.reset());

const terminal = (state: TerminalState, more: Partial<StatusChange> = {}): StatusChange => ({
  deploymentId: 'd-1',
  routerId: 'r1',
  softwareVersion: '7.2.1',
  state,
  sequence: TERMINAL_SEQUENCE,
  occurredAt: at(9),
  reason: { code: 'DEVICE_DID_NOT_RETURN', text: 'it did not return' },
  workflowId: 'deployment/acme/d-1',
  runId: 'run-1',
  details: { evidence: 'acme/d-1' },
  traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
  measured: { requestedAt: at(1), startedAt: at(4) },
  ...more,
});

const spanOf = (change: StatusChange) => {
  endTraces('acme', [change]);
  const [span, ...more] = exported.getFinishedSpans();
  expect(more).toEqual([]);
  return span;
};

test('the span lies in the trace of the request, and lasts from the request to the terminal', () => {
  const span = spanOf(terminal('SUCCEEDED'));
  expect(span).toMatchObject({
    name: 'deployment',
    parentSpanId: 'b7ad6b7169203331',
    startTime: [EPOCH_S + 1, 0],
    endTime: [EPOCH_S + 9, 0],
    events: [{ name: 'STARTED', time: [EPOCH_S + 4, 0] }],
    attributes: {
      'vecino.tenant.id': 'acme',
      'vecino.deployment.id': 'd-1',
      'vecino.router.id': 'r1',
      'vecino.software.version': '7.2.1',
      'vecino.deployment.state': 'SUCCEEDED',
      'vecino.reason.code': 'DEVICE_DID_NOT_RETURN',
      'vecino.evidence': 'acme/d-1',
      temporalWorkflowId: 'deployment/acme/d-1',
      run_id: 'run-1',
    },
  });
  expect(span?.spanContext().traceId).toBe(TRACE_ID);
});

test.each(TERMINAL_STATES)('%s is told, as a failure where it is one', (state) => {
  const failed = ['FAILED', 'ROLLED_BACK', 'TERMINATED', 'TIMED_OUT'].includes(state);
  const span = spanOf(terminal(state));
  expect(span?.attributes['vecino.deployment.state']).toBe(state);
  expect(span?.attributes['error.type']).toBe(failed ? 'DEVICE_DID_NOT_RETURN' : undefined);
  expect(span?.status).toEqual(
    failed ? { code: SpanStatusCode.ERROR, message: 'it did not return' } : { code: SpanStatusCode.UNSET },
  );
});

test('one that never started, of a gate that measured nothing, has a span all the same', () => {
  const { measured: _, ...change } = terminal('REJECTED', { runId: '' });
  const span = spanOf(change);
  expect(span).toMatchObject({ startTime: [EPOCH_S + 9, 0], endTime: [EPOCH_S + 9, 0], events: [] });
  expect(span?.attributes).not.toHaveProperty('run_id');
});

test('what is no terminal, or is told again, ends no trace', () => {
  endTraces('acme', [
    { ...terminal('FAILED'), state: 'WAIT_UP' },
    terminal('FAILED', { measured: { again: true } }),
  ]);
  expect(exported.getFinishedSpans()).toEqual([]);
});
