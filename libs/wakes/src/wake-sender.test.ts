import { createDeferred, type Deferred, type OutgoingRecord } from '@vecino/messaging';
import { createWakeSender } from './wake-sender.js';

function senderUnderTest() {
  const sent: (OutgoingRecord & { readonly done: Deferred<void> })[] = [];
  let now = 0;
  const sender = createWakeSender({
    producer: {
      send: ([record]) => {
        const done = createDeferred();
        if (record) sent.push({ ...record, done });
        return done.promise;
      },
    },
    topicPrefix: 'x.',
    clock: { now: () => now },
  });
  return { sent, sender, pass: (ms: number) => (now += ms) };
}

test('a tenant is woken once in ten seconds, and everybody waits until it is written', async () => {
  const { sent, sender, pass } = senderUnderTest();
  const calls = [sender.wake('a'), sender.wake('a'), sender.wake('b')];
  expect(sent).toMatchObject([
    { topic: 'x.tenant-wakes', key: 'a', value: 'awake' },
    { topic: 'x.tenant-wakes', key: 'b', value: 'awake' },
  ]);
  let settled = false;
  void calls[1]?.then(() => (settled = true));
  await Promise.resolve();
  expect(settled).toBe(false);
  sent.forEach(({ done }) => done.resolve());
  await Promise.all(calls);

  pass(9_999);
  await sender.wake('a');
  expect(sent).toHaveLength(2);
  pass(1);
  void sender.wake('a');
  expect(sent).toHaveLength(3);
});

test('a wake that was not written is written again at the next call', async () => {
  const { sent, sender } = senderUnderTest();
  const failed = sender.wake('a');
  sent[0]?.done.reject(new Error('Kafka is away'));
  await expect(failed).rejects.toThrow('Kafka is away');
  void sender.wake('a');
  expect(sent).toHaveLength(2);
});

test('the ten seconds begin when the write began: a slow one does not make them longer', async () => {
  const { sent, sender, pass } = senderUnderTest();
  const slow = sender.wake('a');
  pass(8_000);
  sent[0]?.done.resolve();
  await slow;
  pass(2_000);
  void sender.wake('a');
  expect(sent).toHaveLength(2);
});

test('after it was put to sleep, a tenant is woken at once', async () => {
  const { sent, sender } = senderUnderTest();
  const woken = sender.wake('a');
  sent[0]?.done.resolve();
  await woken;
  void sender.asleep('a');
  expect(sent[1]).toMatchObject({ key: 'a', value: null });
  void sender.wake('a');
  expect(sent[2]).toMatchObject({ key: 'a', value: 'awake' });
});
