import { createDeferred, type Deferred } from './deferred.js';
import { type OpenPartition, PartitionSession } from './partition-session.js';
import type { PartitionBatch } from './records.js';

const batchAt = (from: number, count: number): PartitionBatch => ({
  topic: 't',
  partition: 0,
  records: Array.from({ length: count }, (_, i) => ({
    offset: from + i,
    timestamp: 0,
    key: null,
    value: null,
    headers: {},
  })),
  nextOffset: from + count,
  bytes: count,
});

interface HandledBatch extends Deferred<void> {
  readonly from: number | undefined;
  readonly signal: AbortSignal;
}

function openSession(after: Promise<void> = Promise.resolve()) {
  const handled: HandledBatch[] = [];
  const faults: unknown[] = [];
  const open: OpenPartition =
    ({ signal }) =>
    (batch) => {
      const deferred = createDeferred();
      handled.push({ ...deferred, from: batch.records[0]?.offset, signal });
      return deferred.promise;
    };
  const session = new PartitionSession({
    topic: 't',
    partition: 0,
    from: 0,
    open,
    after,
    onProgress: () => {},
    onFault: (err) => faults.push(err),
  });
  return { session, handled, faults };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('hands over later batches while earlier ones are being handled, and passes none that is not done', async () => {
  const { session, handled } = openSession();
  session.accept(batchAt(0, 2));
  session.accept(batchAt(2, 2));
  await settled();
  expect(handled.map(({ from }) => from)).toEqual([0, 2]);
  handled[1]?.resolve();
  await settled();
  expect(session.done).toBe(0);
  expect(session.load.records).toBe(4);
  handled[0]?.resolve();
  await settled();
  expect(session.done).toBe(4);
  expect(session.load).toEqual({ records: 0, bytes: 0 });
});

test('a fault starts over with a new lease, once what is running has ended, at the first batch that is not done', async () => {
  const { session, handled, faults } = openSession();
  session.accept(batchAt(0, 1));
  session.accept(batchAt(1, 1));
  session.accept(batchAt(2, 1));
  await settled();
  handled[0]?.resolve();
  handled[1]?.reject(new Error('boom'));
  await settled();
  expect(faults).toHaveLength(1);
  expect(handled[2]?.signal.aborted).toBe(true);
  expect(handled).toHaveLength(3);
  handled[2]?.reject(new Error('given up'));
  while (handled.length < 5) await settled();
  expect(handled.slice(3).map(({ from, signal }) => [from, signal.aborted])).toEqual([
    [1, false],
    [2, false],
  ]);
  expect(faults).toHaveLength(1);
});

test('closing ends the lease and waits for what is running', async () => {
  const { session, handled } = openSession();
  session.accept(batchAt(0, 1));
  await settled();
  let closed = false;
  const closing = session.close().then(() => (closed = true));
  expect(handled[0]?.signal.aborted).toBe(true);
  await settled();
  expect(closed).toBe(false);
  handled[0]?.resolve();
  await closing;
});

test('begins only when the session before it has ended', async () => {
  const before = createDeferred();
  const { session, handled } = openSession(before.promise);
  session.accept(batchAt(0, 1));
  await settled();
  expect(handled).toHaveLength(0);
  before.resolve();
  await settled();
  expect(handled).toHaveLength(1);
});
