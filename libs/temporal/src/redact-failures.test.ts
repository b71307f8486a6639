import { ApplicationFailure, DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { redactFailures } from './redact-failures.js';

const run = (activity: () => Promise<unknown>) =>
  redactFailures({} as never).inbound?.execute?.({ args: [], headers: {} }, activity);
const thrownFor = (error: unknown): Promise<unknown> =>
  Promise.resolve(run(() => Promise.reject(error))).catch((thrown: unknown) => thrown);

test('what an activity throws has no secrets in its text, its stack and its causes', async () => {
  const cause = new Error('{"password":"hunter2"}');
  const error = new Error('cannot reach redis://ana:hunter2@redis', { cause });
  expect(await thrownFor(error)).toBe(error);
  expect(error.message).toBe('cannot reach redis://[redacted]@redis');
  expect(error.stack).toContain('redis://[redacted]@redis');
  expect(error.stack).not.toContain('hunter2');
  expect(cause.message).toBe('{"password":"[redacted]"}');
});

test('it stays of its class, and a text that only a getter gives is redacted too', async () => {
  const failure = ApplicationFailure.nonRetryable('token=hunter2', 'X');
  expect(await thrownFor(failure)).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ message: 'token=[redacted]', type: 'X', nonRetryable: true });
  const getter = { get: () => 'token=hunter2', configurable: true };
  expect(await thrownFor(Object.defineProperty(new Error('x'), 'message', getter))).toMatchObject({
    message: 'token=[redacted]',
  });
});

test('neither a circle of causes nor what is no error stops it', async () => {
  const error = new Error('first');
  error.cause = new Error('second', { cause: error });
  expect(await thrownFor(error)).toBe(error);
  expect(await thrownFor('text')).toBe('text');
});

test('nor does an error that cannot be read, or whose message is no text', async () => {
  const get = () => {
    throw new Error('unreadable');
  };
  const unreadable = Object.defineProperty(new Error('x'), 'message', { get });
  Object.defineProperty(unreadable, 'cause', { get });
  expect(await thrownFor(unreadable)).toBe(unreadable);
  const list = Object.assign(new Error('x'), { message: ['token=hunter2'] });
  expect(await thrownFor(list)).toBe(list);
});

test('errors that another one gathers have no secrets either', async () => {
  const error = new AggregateError([new Error('token=hunter2')], 'all failed');
  expect(await thrownFor(error)).toBe(error);
  expect(error.errors).toMatchObject([{ message: 'token=[redacted]' }]);
});

test('a secret in the record from which the SDK made an error does not go back into a history', async () => {
  const converter = new DefaultFailureConverter();
  const applicationFailureInfo = { type: 'X', nonRetryable: true };
  const cause = { message: 'token=hunter2', applicationFailureInfo };
  const error = converter.failureToError(
    { message: 'failed', applicationFailureInfo, cause },
    defaultPayloadConverter,
  );
  expect(converter.errorToFailure(await thrownFor(error), defaultPayloadConverter)).toMatchObject({
    message: 'failed',
    applicationFailureInfo,
    cause: { message: 'token=[redacted]', applicationFailureInfo },
  });
});

test('what an activity returns is not touched', async () => {
  expect(await run(() => Promise.resolve('password=x'))).toBe('password=x');
});
