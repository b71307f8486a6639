import * as fc from 'fast-check';
import { createProducer } from './batch-producer.js';
import type { ProduceError } from './produce-error.js';
import type { OutgoingRecord } from './records.js';
import { NO_ERROR, StandInCluster, TOO_FEW_REPLICAS, TOO_LARGE } from './testing/stand-in-cluster.js';

const BROKERS = 3;
const PARTITIONS = 4;
const TOPICS = ['a', 'b'];

const broker = fc.nat({ max: BROKERS - 1 });
const partition = fc.nat({ max: PARTITIONS - 1 });
const topic = fc.constantFrom(...TOPICS);
/** What happens when a broker is asked, in the order in which they are. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'nothing' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('moves' as const), topic, partition, broker }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refuses' as const),
      topic,
      partition,
      code: fc.constantFrom(TOO_FEW_REPLICAS, TOO_LARGE, NO_ERROR),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('is slow' as const), turns: fc.nat({ max: 20 }) }) },
);
const call = fc.array(fc.record({ topic, partition: fc.option(partition, { nil: undefined }) }), {
  minLength: 1,
  maxLength: 5,
});
const rounds = fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });

test('what is not left has been written once, and what is left not at all, whatever brokers refuse and leaders do', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, fc.array(event, { maxLength: 12 }), async (given, events) => {
      const leaders = new Map(
        TOPICS.map((name) => [name, Array.from({ length: PARTITIONS }, (_, n) => n % BROKERS)]),
      );
      const refused = new Map<string, number>();
      const due = [...events];
      const cluster = new StandInCluster({
        leaders,
        refuse: (name, part) => refused.get(`${name}/${part}`) ?? NO_ERROR,
        before: async () => {
          const next = due.shift();
          if (next?.kind === 'moves')
            leaders.set(next.topic, leaders.get(next.topic)?.with(next.partition, next.broker) ?? []);
          if (next?.kind === 'refuses') refused.set(`${next.topic}/${next.partition}`, next.code);
          for (let turns = next?.kind === 'is slow' ? next.turns : 0; turns > 0; turns -= 1)
            await new Promise((resolve) => setImmediate(resolve));
        },
      });
      const sending = createProducer(cluster.client);
      const written: string[] = [];
      for (const [round, calls] of given.entries()) {
        const sent = calls.map((records, ofCall) =>
          records.map((place, n) => recordOf(place, [round, ofCall, n])),
        );
        const results = await Promise.allSettled(sent.map((records) => sending.send(records)));
        for (const [index, result] of results.entries()) {
          const left = result.status === 'fulfilled' ? [] : (result.reason as ProduceError).left;
          written.push(
            ...(sent[index] ?? []).filter((one) => !left.includes(one)).map(({ value }) => String(value)),
          );
        }
      }
      await sending.close();
      expect(cluster.values().toSorted()).toEqual(written.toSorted());
      for (const values of cluster.written.values()) expect(outOfOrder(values)).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 60_000);

const recordOf = (
  { topic: name, partition: at }: { readonly topic: string; readonly partition: number | undefined },
  place: readonly number[],
): OutgoingRecord => ({
  topic: name,
  key: null,
  value: [...place, at ?? NO_PLACE].join(' '),
  ...(at !== undefined && { partition: at }),
});

const NO_PLACE = 'anywhere';

/** Values of a partition's own records that lie behind one of a later round, or behind a later one of their own call. */
const outOfOrder = (all: readonly string[]): string[] => {
  const values = all.filter((value) => !value.endsWith(NO_PLACE));
  return values.filter((value, at) => {
    const [round = 0, ofCall, n = 0] = value.split(' ').map(Number);
    return values.slice(0, at).some((earlier) => {
      const [otherRound = 0, otherCall, otherN = 0] = earlier.split(' ').map(Number);
      return otherRound > round || (otherRound === round && otherCall === ofCall && otherN > n);
    });
  });
};
