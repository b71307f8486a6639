import answers from 'kafkajs/src/protocol/requests/produce/v7/response.js';
import { repairKafkajs } from './repair-kafkajs.js';
import { WrittenPartitions } from './written-partitions.js';

beforeAll(repairKafkajs);

const TOO_LARGE = 10;
const answer = (topicName: string, codes: readonly number[]) => ({
  topics: [{ topicName, partitions: codes.map((errorCode, partition) => ({ partition, errorCode })) }],
});

test('what each broker has confirmed is known, whichever of them refused something, and of this write alone', async () => {
  const one = new WrittenPartitions();
  const other = new WrittenPartitions();
  const failed = one.during(async () => {
    const later = new Promise((resolve) => setImmediate(resolve)).then(() => answers.parse(answer('b', [0])));
    await Promise.all([answers.parse(answer('a', [0, TOO_LARGE])).catch(() => undefined), later]);
    throw new Error('as kafkajs does');
  });
  await other.during(() => answers.parse(answer('c', [0])));
  await expect(failed).rejects.toThrow('as kafkajs does');
  await answers.parse(answer('d', [0]));

  const has = (written: WrittenPartitions, ...places: [string, number | undefined][]) =>
    places.map(([topic, partition]) => written.has(topic, partition));
  expect(has(one, ['a', 0], ['b', 0])).toEqual([true, true]);
  expect(has(one, ['a', 1], ['c', 0], ['d', 0], ['a', undefined])).toEqual([false, false, false, false]);
  expect(has(other, ['c', 0], ['a', 0])).toEqual([true, false]);
});

test('the error is still thrown', async () => {
  await expect(answers.parse(answer('a', [TOO_LARGE]))).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
});
