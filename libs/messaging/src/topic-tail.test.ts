import type { KafkaClient } from './connect-kafka.js';
import { openTopicTail } from './topic-tail.js';

/** As kafkajs has what a broker says of a partition that it does not lead yet. */
const notLeader = () => Object.assign(new Error('not the leader'), { retriable: true });

/** With one topic, whose offsets go from 3 to 7; what is asked for them fails with each of these in turn before. */
function fakeKafka(...failures: Error[]) {
  let open = 0;
  const connection = () => ({
    connect: () => Promise.resolve(void (open += 1)),
    disconnect: () => Promise.resolve(void (open -= 1)),
  });
  const admin = () => ({
    ...connection(),
    listTopics: () => Promise.resolve(['made-just-now']),
    fetchTopicOffsets: () => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve([{ partition: 0, low: '3', high: '7' }]);
    },
  });
  const cluster = { ...connection(), addMultipleTargetTopics: () => Promise.resolve() };
  const consumer = ({ partitionAssigners }: { partitionAssigners: ((given: object) => unknown)[] }) =>
    partitionAssigners.forEach((assigner) => assigner({ cluster }));
  const client = { kafka: { admin, consumer } } as unknown as KafkaClient;
  return { client, open: () => open };
}

const options = { wanted: ['made-just-now'], from: 'beginning' } as const;

test('a topic that was just made may have no leader yet: it is asked for again', async () => {
  const { client, open } = fakeKafka(notLeader());
  const tail = await openTopicTail(client, options);
  expect(tail.offsetOf('made-just-now', 0)).toBe(3);
  await tail.close();
  expect(open()).toBe(0);
});

test('any other fault is told at once, and no connection is left behind', async () => {
  const { client, open } = fakeKafka(new Error('not allowed'));
  await expect(openTopicTail(client, options)).rejects.toThrow('not allowed');
  expect(open()).toBe(0);
});
