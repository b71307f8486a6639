import { silentLogger } from '@vecino/telemetry';
import type { Producer, ProducerBatch } from 'kafkajs';
import { createProducer } from './batch-producer.js';
import type { KafkaClient } from './connect-kafka.js';

/**
 * Stands in for a cluster in which one topic lacks replicas: a broker by itself never asks for more than there can be. Like
 * a real one it writes what it can of a request, and answers for each topic.
 */
function clusterWithout(starved: ReadonlySet<string>, onWrite: () => void = () => undefined) {
  const written: string[] = [];
  const sendBatch = ({ topicMessages = [] }: ProducerBatch) => {
    onWrite();
    let fault: Error | undefined;
    for (const { topic, messages } of topicMessages) {
      if (starved.has(topic)) fault = Object.assign(new Error('too few'), { type: 'NOT_ENOUGH_REPLICAS' });
      else written.push(...messages.map(({ value }) => String(value)));
    }
    return fault ? Promise.reject(fault) : Promise.resolve([]);
  };
  const done = () => Promise.resolve();
  const producer = { connect: done, disconnect: done, sendBatch } as unknown as Producer;
  const kafka = { producer: () => producer } as unknown as KafkaClient['kafka'];
  const sending = createProducer({ kafka, patientKafka: kafka, logger: silentLogger });
  const send = (topic: string, value: string) => sending.send([{ topic, key: null, value }]);
  return { written, sending, send };
}

test('a topic that lacks replicas is its own concern: others are written, and from then on once', async () => {
  const starved = new Set(['starved']);
  const { written, sending, send } = clusterWithout(starved);
  const round = async (before: string, between: string, after: string) =>
    (await Promise.allSettled([send('good', before), send('starved', between), send('good', after)])).map(
      ({ status }) => status,
    );

  expect(await round('a', 'x', 'b')).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  // The first time nobody knew: what was written with it was written again.
  expect(written.splice(0)).toEqual(['a', 'b', 'a', 'b']);
  expect(await round('c', 'y', 'd')).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(written.splice(0)).toEqual(['c', 'd']);
  // All others can be written to.
  expect(sending.fault()).toBeUndefined();
  await expect(send('starved', 'z')).rejects.toMatchObject({ code: 'NOT_WRITTEN', disposition: 'retry' });

  starved.clear();
  expect(await round('e', 'z', 'f')).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(written.splice(0).sort()).toEqual(['e', 'f', 'z']);
  await sending.close();
});

test('however many wait for such a topic, they fail with one write, and others are written beside', async () => {
  let writes = 0;
  const { written, sending, send } = clusterWithout(new Set(['starved']), () => (writes += 1));
  await expect(send('starved', 'x')).rejects.toMatchObject({ code: 'NOT_WRITTEN' });
  writes = 0;
  const many = Array.from({ length: 30 }, (_, n) => send('starved', `${n}`));
  const results = await Promise.allSettled([...many, send('good', 'a')]);
  expect(results.map(({ status }) => status)).toEqual([...many.map(() => 'rejected'), 'fulfilled']);
  expect(written).toEqual(['a']);
  expect(writes).toBe(2);
  await sending.close();
});

test('where several topics lack replicas, nothing may be writable: said until a write goes well', async () => {
  const { sending, send } = clusterWithout(new Set(['one', 'other']));
  await Promise.allSettled([send('one', 'x'), send('other', 'y')]);
  expect(sending.fault()).toMatch(/nothing can be written/);
  await send('good', 'a');
  expect(sending.fault()).toBeUndefined();
  await sending.close();
});

test('what nobody waits for any more is not written again: its caller may be doing that', async () => {
  jest.useFakeTimers({ now: 0 });
  try {
    // The time of the second call goes by while both are written together.
    const { written, sending, send } = clusterWithout(new Set(['starved']), () =>
      jest.advanceTimersByTime(200),
    );
    const late = sending.send([{ topic: 'good', key: null, value: 'late' }], { timeoutMs: 100 });
    const settled = Promise.allSettled([send('starved', 'x'), late]);
    await jest.advanceTimersByTimeAsync(0);
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(written).toEqual(['late']);
    await sending.close();
  } finally {
    jest.useRealTimers();
  }
});
