import { createProducer } from './batch-producer.js';
import { createDeferred } from './deferred.js';
import { ProduceError } from './produce-error.js';
import {
  NO_ERROR,
  NOT_LEADER,
  StandInCluster,
  type StandInOptions,
  TOO_FEW_REPLICAS,
  TOO_LARGE,
} from './testing/stand-in-cluster.js';

const ONE_PARTITION = ['good', 'starved', 'one', 'other'];

/** One broker; topics without replicas enough are refused. */
function clusterWithout(starved: ReadonlySet<string>, before: StandInOptions['before'] = () => undefined) {
  const cluster = new StandInCluster({
    leaders: new Map(ONE_PARTITION.map((topic) => [topic, [0]])),
    refuse: (topic) => (starved.has(topic) ? TOO_FEW_REPLICAS : NO_ERROR),
    before,
  });
  return { ...sendingTo(cluster), cluster };
}

function sendingTo(cluster: StandInCluster) {
  const sending = createProducer(cluster.client);
  const send = (topic: string, value: string, partition = 0) =>
    sending.send([{ topic, key: null, value, partition }]);
  return { sending, send };
}

const statusesOf = async (calls: readonly Promise<void>[]): Promise<string[]> =>
  (await Promise.allSettled(calls)).map(({ status }) => status);

test('a topic that lacks replicas is its own concern: others are written, once', async () => {
  const starved = new Set(['starved']);
  const { cluster, sending, send } = clusterWithout(starved);
  const round = (before: string, between: string, after: string) =>
    statusesOf([send('good', before), send('starved', between), send('good', after)]);

  expect(await round('a', 'x', 'b')).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await round('c', 'y', 'd')).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(cluster.values()).toEqual(['a', 'b', 'c', 'd']);
  // All others can be written to.
  expect(sending.fault()).toBeUndefined();
  await expect(send('starved', 'z')).rejects.toMatchObject({ code: 'NOT_WRITTEN', disposition: 'retry' });

  starved.clear();
  expect(await round('e', 'z', 'f')).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(cluster.values().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'z']);
  await sending.close();
});

test('however many wait for such a topic, they fail with one write, and others are written beside', async () => {
  const { cluster, sending, send } = clusterWithout(new Set(['starved']));
  await expect(send('starved', 'x')).rejects.toMatchObject({ code: 'NOT_WRITTEN' });
  cluster.asked = 0;
  const many = Array.from({ length: 30 }, (_, n) => send('starved', `${n}`));
  expect(await statusesOf([...many, send('good', 'a')])).toEqual([
    ...many.map(() => 'rejected'),
    'fulfilled',
  ]);
  expect(cluster.values()).toEqual(['a']);
  expect(cluster.asked).toBe(2);
  await sending.close();
});

test('where several topics lack replicas, nothing may be writable: said until something is written', async () => {
  const starved = new Set(['one', 'other']);
  const { sending, send } = clusterWithout(starved);
  await statusesOf([send('one', 'x'), send('other', 'y')]);
  expect(sending.fault()).toMatch(/nothing can be written/);
  // Though the write as a whole fails.
  starved.add('starved');
  await statusesOf([send('good', 'a'), send('starved', 'z')]);
  expect(sending.fault()).toBeUndefined();
  await sending.close();
});

test('what nobody waits for any more is not written again: its caller may be doing that', async () => {
  const { cluster, sending, send } = clusterWithout(new Set(['starved']), async () => {
    // The time of the second call goes by while both are written together.
    await expect(late).rejects.toMatchObject({ code: 'NOT_WRITTEN' });
    throw new Error('the connection has ended');
  });
  const first = send('starved', 'x');
  const late = sending.send([{ topic: 'good', key: null, value: 'late' }], { timeoutMs: 100 });
  expect(await statusesOf([first, late])).toEqual(['rejected', 'rejected']);
  expect(cluster.values()).toEqual([]);
  await sending.close();
});

describe('with several brokers', () => {
  const bothLead = () =>
    new Map<string, readonly number[]>([
      ['a', [0]],
      ['b', [1]],
    ]);

  test('what moves to a broker that has answered is written too', async () => {
    const leaders = bothLead();
    const cluster = new StandInCluster({
      leaders,
      // Once the other broker has what is its own.
      before: async ({ broker }) => {
        if (broker !== 1) return;
        await untilWritten(cluster, 'a/0');
        leaders.set('b', [0]);
      },
    });
    const { sending, send } = sendingTo(cluster);
    expect(await statusesOf([send('a', '1'), send('b', '2')])).toEqual(['fulfilled', 'fulfilled']);
    expect(Object.fromEntries(cluster.written)).toEqual({ 'a/0': ['1'], 'b/0': ['2'] });
    await sending.close();
  });

  test('one that refuses at once does not have written again what another has yet to confirm', async () => {
    const refused = createDeferred<void>();
    const cluster = new StandInCluster({
      leaders: bothLead(),
      refuse: (topic) => (topic === 'b' ? TOO_LARGE : NO_ERROR),
      after: ({ broker }) => {
        // Long after kafkajs has given up.
        if (broker === 1) setTimeout(refused.resolve, 200);
        return broker === 0 ? refused.promise : undefined;
      },
    });
    const { sending, send } = sendingTo(cluster);
    const large = send('b', '2');
    expect(await statusesOf([send('a', '1'), large])).toEqual(['fulfilled', 'rejected']);
    await expect(large).rejects.toMatchObject({ code: 'UNWRITABLE', disposition: 'terminal' });
    expect(cluster.values()).toEqual(['1']);
    await sending.close();
  });

  test('what one broker has confirmed is done, however long another says nothing', async () => {
    const answer = createDeferred<void>();
    const cluster = new StandInCluster({
      leaders: bothLead(),
      before: ({ broker }) => (broker === 1 ? answer.promise : undefined),
    });
    const { sending, send } = sendingTo(cluster);
    const silent = send('b', '2');
    await send('a', '1');
    expect(Object.fromEntries(cluster.written)).toEqual({ 'a/0': ['1'] });
    answer.resolve();
    await silent;
    await sending.close();
  });

  test('a topic that has lost partitions since it was last looked at takes all records in those that it has', async () => {
    const leaders = new Map<string, readonly number[]>([['a', Array<number>(12).fill(0)]]);
    const cluster = new StandInCluster({ leaders });
    const { sending } = sendingTo(cluster);
    const records = (round: string) =>
      Array.from({ length: 40 }, (_, n) => ({
        topic: 'a',
        key: n % 2 ? `k-${n}` : null,
        value: `${round}-${n}`,
      }));
    await sending.send(records('before'));
    leaders.set('a', [0, 0, 0]);
    await sending.send(records('after'));
    expect(cluster.values().toSorted()).toEqual(
      [...records('before'), ...records('after')].map(({ value }) => value).toSorted(),
    );
    await sending.close();
  });

  test('a partition that is not there is not passed over in silence', async () => {
    const { sending, send } = sendingTo(new StandInCluster({ leaders: bothLead() }));
    await expect(send('a', '1', 7)).rejects.toMatchObject({ code: 'NOT_WRITTEN' });
    await sending.close();
  });

  test('a connection that ends before the answer has it written again', async () => {
    let cut = true;
    const cluster = new StandInCluster({
      leaders: bothLead(),
      after: () => {
        if (!cut) return;
        cut = false;
        throw Object.assign(new Error('cut'), { name: 'KafkaJSConnectionError', retriable: true });
      },
    });
    const { sending, send } = sendingTo(cluster);
    await send('a', '1');
    expect(cluster.values()).toEqual(['1', '1']);
    await sending.close();
  });

  test('a leader that is never found is said after some tries', async () => {
    const cluster = new StandInCluster({ leaders: bothLead(), refuse: () => NOT_LEADER });
    const { sending, send } = sendingTo(cluster);
    await expect(send('a', '1')).rejects.toMatchObject({ code: 'NOT_WRITTEN' });
    expect(cluster.asked).toBeGreaterThan(1);
    expect(sending.fault()).toMatch(/nothing can be written/);
    await sending.close();
  });
});

test('what is left is for whoever sends again, and not for logs', () => {
  const record = { topic: 't', key: 'k', value: 'v' };
  const error = ProduceError.notConfirmedWithin(5, [record]).withMoreLeft([record]);
  expect(error.left).toEqual([record, record]);
  expect(Object.keys(error)).not.toContain('left');
  expect(JSON.stringify(error)).not.toContain('"v"');
});

async function untilWritten(cluster: StandInCluster, place: string): Promise<void> {
  while (!cluster.written.has(place)) await new Promise((resolve) => setImmediate(resolve));
}
