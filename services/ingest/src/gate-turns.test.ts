import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { GateTurns } from './gate-turns.js';

/** Calls that take so long, with when each began and ended. */
function recorder(ms: number) {
  const calls: { readonly tenantId: string; readonly from: number; to: number }[] = [];
  const callFor = (tenantId: string) => async () => {
    const call = { tenantId, from: performance.now(), to: Infinity };
    calls.push(call);
    await sleep(ms);
    call.to = performance.now();
  };
  return { calls, callFor };
}

test('a gate gets one signal at a time and a rest after each; others go on beside it', async () => {
  const turns = new GateTurns();
  const { calls, callFor } = recorder(20);
  await Promise.all(['acme', 'acme', 'acme', 'other'].map((id) => turns.use(id, 1, callFor(id))));
  const [first, second, third] = calls.filter(({ tenantId }) => tenantId === 'acme');
  for (const [before, after] of [
    [first, second],
    [second, third],
  ]) {
    const took = (before?.to ?? 0) - (before?.from ?? 0);
    expect((after?.from ?? 0) - (before?.to ?? 0)).toBeGreaterThanOrEqual(2 * took);
  }
  expect(calls.find(({ tenantId }) => tenantId === 'other')?.from).toBeLessThan(first?.to ?? 0);
});

test('the sender goes on without the rest, and a signal that failed gives way to the next', async () => {
  const turns = new GateTurns();
  const { calls, callFor } = recorder(0);
  const refused = turns.use('acme', 1, () => sleep(50).then(() => Promise.reject(new Error('no'))));
  const next = turns.use('acme', 1, callFor('acme'));
  await expect(refused).rejects.toThrow('no');
  // A sender that had waited for the rest, too, would go on only as the next signal begins.
  await setImmediate();
  expect(calls).toEqual([]);
  await next;
  const abandoned = turns.use('acme', 1, () => {
    throw new Error('too late');
  });
  await expect(abandoned).rejects.toThrow('too late');
  await turns.use('acme', 1, callFor('acme'));
  expect(calls).toHaveLength(2);
});

test('signals that come faster than Temporal sustains wait once their credit is used up, but for full ones', async () => {
  const turns = new GateTurns();
  const ended: string[] = [];
  const sendAll = async (tenantId: string, fullness: number): Promise<number> => {
    const began = performance.now();
    for (let n = 0; n < 16; n++) await turns.use(tenantId, fullness, () => Promise.resolve());
    ended.push(tenantId);
    return performance.now() - began;
  };
  const [sparse] = await Promise.all([sendAll('sparse', 0), sendAll('full', 1)]);
  expect(ended).toEqual(['full', 'sparse']);
  expect(sparse).toBeGreaterThanOrEqual(1_350);
});
