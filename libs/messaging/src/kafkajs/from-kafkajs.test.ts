import type { Batch } from 'kafkajs';
import { toPartitionBatch } from './from-kafkajs.js';

test('a batch weighs what its keys, values and headers weigh, so that no look-ahead is full of headers', () => {
  const message = {
    offset: '7',
    timestamp: '1',
    attributes: 0,
    key: Buffer.alloc(3),
    value: null,
    headers: { a: [Buffer.alloc(1_000), Buffer.alloc(0)], b: Buffer.alloc(50_000) },
  };
  const batch = { topic: 't', partition: 1, messages: [message], lastOffset: () => '7' } as unknown as Batch;
  const { bytes, nextOffset } = toPartitionBatch(batch);
  expect(nextOffset).toBe(8);
  expect(bytes).toBeGreaterThanOrEqual(3 + 51_000);
  expect(bytes).toBeLessThan(52_000);
});

test('headers without bytes weigh something too', () => {
  const headers = { '': Array.from({ length: 10_000 }, () => Buffer.alloc(0)) };
  const message = { offset: '7', timestamp: '1', attributes: 0, key: null, value: null, headers };
  const batch = { topic: 't', partition: 1, messages: [message], lastOffset: () => '7' } as unknown as Batch;
  expect(toPartitionBatch(batch).bytes).toBeGreaterThan(10_000 * 64);
});
