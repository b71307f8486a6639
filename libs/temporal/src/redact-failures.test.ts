import { ApplicationFailure } from '@temporalio/common';
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

test('what an activity returns is not touched', async () => {
  expect(await run(() => Promise.resolve('password=x'))).toBe('password=x');
});
