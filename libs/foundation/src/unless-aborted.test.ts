import { unlessAborted } from './unless-aborted.js';

const never = new Promise<never>(() => undefined);

test('is the work’s own end where nothing is aborted', async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(signal, Promise.resolve(7))).resolves.toBe(7);
  await expect(unlessAborted(signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(unlessAborted(undefined, Promise.resolve(7))).resolves.toBe(7);
});

test('leaves work that does not end', async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(stop.signal, never);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(unlessAborted(stop.signal, never)).rejects.toThrow('stopped');
});

test('what it has left behind may fail: nobody hears of it', async () => {
  const stop = new AbortController();
  let fail = (_: Error): void => {};
  const waiting = unlessAborted(stop.signal, new Promise((_, reject) => (fail = reject)));
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  fail(new Error('too late'));
  await new Promise(setImmediate);
});
