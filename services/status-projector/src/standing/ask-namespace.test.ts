import { VecinoError } from '@vecino/foundation';
import { LastAnswer, silentLogger } from '@vecino/telemetry';
import { askNamespace } from './ask-namespace.js';

const MINUTE_MS = 60_000;
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const fault = (code: string) => new VecinoError(code, code, { disposition: 'retry' });

/** A namespace that has said `before`, and is asked again. */
function asked({ isShared = false } = {}) {
  const last = new LastAnswer<string>();
  last.heard('before');
  const { signal } = new AbortController();
  const question = { namespace: 'tenant-acme', isShared, last, logger: silentLogger, signal };
  return {
    last,
    answers: (answer: string) => askNamespace({ ...question, ask: () => Promise.resolve(answer) }),
    fails: (code: string) => askNamespace({ ...question, ask: () => Promise.reject(fault(code)) }),
  };
}

test('what a namespace said stands for a minute in which it does not let itself be looked at', async () => {
  const { last, answers, fails } = asked();
  // Its turn does not come often.
  jest.advanceTimersByTime(5 * MINUTE_MS);
  await fails('TEMPORAL_UNAVAILABLE');
  jest.advanceTimersByTime(MINUTE_MS);
  await fails('ACCESS_DENIED');
  expect(last.current).toBe('before');
  jest.advanceTimersByTime(1);
  await fails('TEMPORAL_UNAVAILABLE');
  expect(last.current).toBeUndefined();
  await answers('again');
  expect(last.current).toBe('again');
});

test('one that is not there has nothing in it', async () => {
  const { last, fails } = asked();
  await fails('NAMESPACE_NOT_FOUND');
  expect(last.current).toBeUndefined();
});

test('where the shared one fails, the look does', async () => {
  const { last, fails } = asked({ isShared: true });
  await expect(fails('TEMPORAL_UNAVAILABLE')).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  expect(last.current).toBe('before');
});
