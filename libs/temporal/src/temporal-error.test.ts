import { ServiceError } from '@temporalio/client';
import {
  NamespaceNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { TransportError } from '@temporalio/worker';
import { VecinoError } from '@vecino/foundation';
import { translateTemporalError, type TemporalErrorCode } from './temporal-error.js';

/** As grpc-js makes them: `code` and `details` on an Error whose message repeats both. */
const grpc = (code: number, status: string, details: string): Error =>
  Object.assign(new Error(`${code} ${status}: ${details}`), { code, details, metadata: {} });
const fromClient = (code: number, status: string, details: string): Error =>
  new ServiceError('Failed to signalWithStart Workflow', { cause: grpc(code, status, details) });

// Texts as server 1.29.1 and SDK 1.24.0 sent them.
test.each<[string, TemporalErrorCode, unknown]>([
  [
    'server away',
    'TEMPORAL_UNAVAILABLE',
    fromClient(14, 'UNAVAILABLE', 'No connection established. Last error: Error: connect ECONNREFUSED'),
  ],
  [
    'no answer in time',
    'TEMPORAL_UNAVAILABLE',
    fromClient(4, 'DEADLINE_EXCEEDED', 'Deadline exceeded after 1.500s,remote_addr=127.0.0.1:7233'),
  ],
  [
    'native connection refused',
    'TEMPORAL_UNAVAILABLE',
    new TransportError('tonic::transport::Error(Transport, ConnectError(…))'),
  ],
  ['channel not ready', 'TEMPORAL_UNAVAILABLE', new Error('Failed to connect before the deadline')],
  [
    'signal buffer full',
    'BACK_PRESSURE',
    fromClient(3, 'INVALID_ARGUMENT', 'exceeded workflow execution limit for signal events'),
  ],
  ['rate limited', 'BACK_PRESSURE', fromClient(8, 'RESOURCE_EXHAUSTED', 'namespace rate limit exceeded')],
  [
    'workflow is just closing',
    'BACK_PRESSURE',
    fromClient(8, 'RESOURCE_EXHAUSTED', 'Workflow is busy: workflow is closing'),
  ],
  [
    'payload over 2 MB',
    'BATCH_TOO_LARGE',
    fromClient(3, 'INVALID_ARGUMENT', 'Blob data size exceeds limit.'),
  ],
  [
    'message over 4 MB',
    'BATCH_TOO_LARGE',
    fromClient(8, 'RESOURCE_EXHAUSTED', 'grpc: received message larger than max (5000178 vs. 4194304)'),
  ],
  ['namespace missing, by the client', 'NAMESPACE_NOT_FOUND', new NamespaceNotFoundError('nope')],
  ['namespace missing, by gRPC', 'NAMESPACE_NOT_FOUND', grpc(5, 'NOT_FOUND', 'Namespace nope is not found.')],
  ['certificate refused', 'ACCESS_DENIED', fromClient(7, 'PERMISSION_DENIED', 'Request unauthorized.')],
  [
    'workflow missing',
    'WORKFLOW_NOT_FOUND',
    new WorkflowNotFoundError('workflow not found for ID: gate/x', 'gate/x', undefined),
  ],
  [
    'runs already',
    'ALREADY_STARTED',
    new WorkflowExecutionAlreadyStartedError('Workflow execution already started', 'gate/x', 'Gate'),
  ],
  [
    'another invalid argument',
    'TEMPORAL_UNKNOWN',
    fromClient(3, 'INVALID_ARGUMENT', 'taskQueue length exceeds limit'),
  ],
  ['a programmer error', 'TEMPORAL_UNKNOWN', new TypeError('x is not a function')],
  ['not even an Error', 'TEMPORAL_UNKNOWN', 'oops'],
])('%s: %s', (_case, code, error) => {
  expect(translateTemporalError(error, 'submit').code).toBe(code);
});

test('says what was tried and what comes next, and keeps the cause', () => {
  const cause = fromClient(14, 'UNAVAILABLE', 'No connection established');
  const fault = translateTemporalError(cause, 'submit 3 requests to gate/chogar');
  expect(fault).toMatchObject({
    disposition: 'retry',
    message: 'cannot submit 3 requests to gate/chogar: Temporal does not answer',
    cause,
  });
});

test('unknown errors are retried, too large batches never', () => {
  expect(translateTemporalError(new Error('?'), 'submit').disposition).toBe('retry');
  const tooLarge = fromClient(3, 'INVALID_ARGUMENT', 'Blob data size exceeds limit.');
  expect(translateTemporalError(tooLarge, 'submit').disposition).toBe('terminal');
});

test('a translated error passes unchanged', () => {
  const fault = new VecinoError('BACK_PRESSURE', 'slow down', { disposition: 'retry' });
  expect(translateTemporalError(fault, 'submit')).toBe(fault);
});
