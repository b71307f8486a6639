import { getEventListeners } from 'node:events';
import { withinSignal } from './within-signal.js';

/** As the SDK's client does it: who calls adds a listener, and never takes it away. */
const client = {
  current: undefined as AbortSignal | undefined,
  async withAbortSignal<T>(signal: AbortSignal, calls: () => Promise<T>): Promise<T> {
    this.current = signal;
    signal.addEventListener('abort', () => undefined);
    return calls();
  },
};

const untilAborted = (): Promise<never> =>
  new Promise((_, reject) => client.current?.addEventListener('abort', () => reject(new Error('cancelled'))));

test('leaves nothing on a signal that outlives the calls, however they end', async () => {
  const { signal } = new AbortController();
  expect(await withinSignal(client, { signal, limitMs: 60_000 }, () => Promise.resolve('told'))).toBe('told');
  const failing = withinSignal(client, { signal }, () => Promise.reject(new Error('away')));
  await expect(failing).rejects.toThrow('away');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('cancels the calls with the signal', async () => {
  const stop = new AbortController();
  const calls = withinSignal(client, stop, untilAborted);
  stop.abort();
  await expect(calls).rejects.toThrow('cancelled');
});

test('cancels the calls when their time is over', async () => {
  const { signal } = new AbortController();
  await expect(withinSignal(client, { signal, limitMs: 1 }, untilAborted)).rejects.toThrow('cancelled');
  expect(signal.aborted).toBe(false);
});

test('makes no call under a signal that is aborted already', async () => {
  const calls = jest.fn();
  const signal = AbortSignal.abort(new Error('over'));
  await expect(withinSignal(client, { signal }, calls)).rejects.toThrow('over');
  expect(calls).not.toHaveBeenCalled();
});
