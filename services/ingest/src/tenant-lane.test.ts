import type { GateItem, TenantSettings } from '@vecino/workflows';
import { createDeferred, type Deferred } from '@vecino/messaging';
import type { WeighedItem } from './next-chunk.js';
import { TenantLane } from './tenant-lane.js';

const settings = { tenantId: 'acme', revision: 1 } as TenantSettings;
const items = (...offsets: number[]): WeighedItem[] =>
  offsets.map((offset) => ({ item: { offset } as GateItem, bytes: 1 }));
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function createLane() {
  const submits: (Deferred<void> & { readonly offsets: number[]; readonly revision: number })[] = [];
  const lane = new TenantLane((batch, { revision }) => {
    const deferred = createDeferred();
    submits.push({ ...deferred, offsets: batch.map(({ offset }) => offset), revision });
    return deferred.promise;
  }, settings);
  return { lane, submits };
}

test('sends at once, and what arrives meanwhile goes together with the newest settings', async () => {
  const { lane, submits } = createLane();
  const first = lane.add(items(1), settings);
  const second = lane.add(items(2, 3), settings);
  const third = lane.add(items(4), { ...settings, revision: 2 });
  expect(submits.map(({ offsets }) => offsets)).toEqual([[1]]);
  submits[0]?.resolve();
  await first;
  await settled();
  expect(submits[1]).toMatchObject({ offsets: [2, 3, 4], revision: 2 });
  submits[1]?.resolve();
  await Promise.all([second, third]);
});

test('more than a batch takes is sent in batches one after another', async () => {
  const { lane, submits } = createLane();
  const added = lane.add(items(...Array(1_200).keys()), settings);
  for (let i = 0; i < 3; i++) {
    expect(submits).toHaveLength(i + 1);
    submits[i]?.resolve();
    await settled();
  }
  await added;
  expect(submits.map(({ offsets }) => offsets.length)).toEqual([500, 500, 200]);
});

test('after a failure nothing that lies behind it is sent', async () => {
  const { lane, submits } = createLane();
  const first = lane.add(items(1), settings);
  const second = lane.add(items(2), settings);
  submits[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await expect(second).rejects.toThrow('no');
  await expect(lane.add(items(3), settings)).rejects.toThrow('no');
  expect(submits).toHaveLength(1);
});
