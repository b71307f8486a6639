import type { KafkaClient } from './connect-kafka.js';
import { createDeferred } from './deferred.js';
import { keepAdmin } from './kept-admin.js';

/** Connections by their number, from 1: those that were made, and those that are open. */
function fakeKafka() {
  const open = new Set<number>();
  let made = 0;
  const admin = () => {
    const number = (made += 1);
    return {
      number,
      connect: () => Promise.resolve(void open.add(number)),
      disconnect: () => Promise.resolve(void open.delete(number)),
    };
  };
  const client = { kafka: { admin } } as unknown as KafkaClient;
  return { client, open: () => [...open] };
}

const numberOf = (admin: unknown) => Promise.resolve((admin as { readonly number: number }).number);
const fail = () => Promise.reject(new Error('away'));

test('asks everything over one connection, and over another one after a question that failed', async () => {
  const { client, open } = fakeKafka();
  const kept = keepAdmin(client);
  expect([await kept.use(numberOf), await kept.use(numberOf)]).toEqual([1, 1]);
  await expect(kept.use(fail)).rejects.toThrow('away');
  expect(open()).toEqual([]);
  expect([await kept.use(numberOf), await kept.use(numberOf)]).toEqual([2, 2]);
  expect(open()).toEqual([2]);
});

test('leaves no connection behind, also of a question that is under way when it is closed', async () => {
  const { client, open } = fakeKafka();
  const kept = keepAdmin(client);
  const answer = createDeferred<string>();
  const asked = kept.use(async (admin) => {
    const said = await answer.promise;
    // As kafkajs does by itself, where it finds that it is not connected.
    await admin.connect();
    return said;
  });
  await kept.close();
  answer.resolve('late');
  expect(await asked).toBe('late');
  expect(open()).toEqual([]);
});
