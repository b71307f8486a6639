import { connectKafka, createProducer, parseKafkaSettings, provisionTopics } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { uniqueName, waitFor } from '@vecino/testing';
import { followWakes, type Wake, type WakeFeed } from './follow-wakes.js';
import { createWakeSender } from './wake-sender.js';

const { settings } = parseKafkaSettings(process.env);
if (settings === undefined) throw new Error('run with jest.itest.config.cjs');
const kafka = connectKafka(settings, 'wakes-itest', silentLogger);
const producer = createProducer(kafka);
const feeds: WakeFeed[] = [];
afterAll(async () => {
  await Promise.all(feeds.map((feed) => feed.close()));
  await producer.close();
});

async function place() {
  const topicPrefix = `${uniqueName('wakes')}.`;
  await provisionTopics(kafka, topicPrefix);
  const follow = async () => {
    const feed = await followWakes({ kafka, topicPrefix, logger: silentLogger });
    feeds.push(feed);
    return feed;
  };
  return { topicPrefix, follow, sender: createWakeSender({ producer, topicPrefix, throttleMs: 0 }) };
}

test('who comes later finds awake whoever was woken and not put to sleep since', async () => {
  const { sender, follow } = await place();
  for (const tenantId of ['a', 'b', 'c']) await sender.wake(tenantId);
  await sender.asleep('b');
  await sender.asleep('c');
  await sender.wake('c');
  const feed = await follow();
  expect([...feed.awake().keys()]).toEqual(['a', 'c']);
});

test('a wake is heard of, and all that is written has been heard of when read to the end', async () => {
  const { sender, follow } = await place();
  const feed = await follow();
  const heard: Wake[] = [];
  feed.subscribe((wake) => heard.push(wake));
  await sender.wake('a');
  await waitFor(() => heard.length === 1, { what: 'the wake' });
  for (let round = 0; round < 20; round += 1) {
    await (round % 2 === 0 ? sender.asleep('a') : sender.wake('a'));
    await feed.readToEnd();
    expect(feed.awake().has('a')).toBe(round % 2 === 1);
  }
  expect(heard).toHaveLength(21);
});

test('a feed that waits for Kafka ends when told', async () => {
  const away = connectKafka({ brokers: ['127.0.0.1:1'] }, 'wakes-itest', silentLogger);
  const stop = new AbortController();
  const following = followWakes({ kafka: away, topicPrefix: '', logger: silentLogger, signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
});
