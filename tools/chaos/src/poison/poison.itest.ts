import { topicConfig, topicSpec } from '@vecino/contracts';
import type { Service } from '@vecino/devstack';
import { beginTransaction, provisionTopics, withAdmin } from '@vecino/messaging';
import { alterTopic, uniqueName, waitFor } from '@vecino/testing';
import { BROKER_REFUSALS } from './broker-refusals.js';
import { POISON_CLASSES } from './catalogue.js';
import { judgePoison, mayStillCome } from './judge-poison.js';
import { contextOf, planPoison, type PlannedRecord } from './poison-plan.js';
import { type PoisonPlatform, startPoisonPlatform } from './poison-platform.js';
import { runPoison } from './poison-run.js';
import { type PoisonWatch, watchPlatform } from './poison-watch.js';
import { NOTHING_FITS, refusesAll } from './refuses-all.js';
import { type SchemaRegistryTwin, startSchemaRegistryTwin } from './schema-registry-twin.js';
import { sendPlanned, type SentRecord } from './send-planned.js';
import { MESSAGE_TOO_LARGE, UNKNOWN_TOPIC_OR_PARTITION } from './wire/error-codes.js';
import { fetch } from './wire/fetch.js';
import { KafkaSocket } from './wire/kafka-socket.js';
import { produce } from './wire/produce.js';

/** Of each class; a hundred in full, by `VECINO_POISON_EACH=100`. */
const EACH = Number(process.env['VECINO_POISON_EACH'] ?? 4);
const SEED = process.env['VECINO_POISON_SEED'] ?? uniqueName('seed');
/** What a partition may stand still for at a record that is at fault; beside other tests it waits for the processors first. */
const LONGEST_STANDSTILL_MS = process.env['VECINO_POISON_EACH'] === undefined ? 60_000 : 10_000;
const FIRST_LINES = 30;
const PATIENCE = { timeoutMs: 60_000 };

/** What a service complains about, and what ends it. */
const warningsOf = (service: Service): string[] =>
  service.process
    .wholeOutput()
    .split('\n')
    .filter((line) => !/^\{"level":(10|20|30|"info"|"debug")/.test(line));

describe('poison among good requests', () => {
  let registry: SchemaRegistryTwin;
  let platform: PoisonPlatform;

  beforeAll(async () => {
    registry = await startSchemaRegistryTwin();
    platform = await startPoisonPlatform({ env: process.env, schemaRegistryUrl: registry.url });
  }, 240_000);

  afterAll(async () => {
    await platform?.stop();
    await registry?.close();
  }, 60_000);

  it(
    `has its fate, every one of ${EACH} of each class, and holds up nobody`,
    async () => {
      const classes = POISON_CLASSES.filter(({ needs }) => needs !== 'no schema registry');
      const timeoutMs = 60_000 + EACH * 10_000;
      const report = await runPoison(platform, { seed: SEED, classes, each: EACH, good: 3, timeoutMs });
      const { violations, longestStandstill, ...figures } = report;
      console.log(
        JSON.stringify({
          seed: SEED,
          ...figures,
          longestStandstillMs: longestStandstill?.ms,
          of: longestStandstill?.record.className,
        }),
      );
      if (violations.length > 0) console.log(warningsOf(platform.ingest).slice(-FIRST_LINES).join('\n'));
      expect(violations.slice(0, FIRST_LINES).map((one) => JSON.stringify(one))).toEqual([]);
      expect(report.uncommitted).toBe(0);
      expect(longestStandstill?.ms).toBeLessThan(LONGEST_STANDSTILL_MS);
    },
    200_000 + EACH * 25_000,
  );

  it('takes what a transaction has committed, and nothing of one that was taken back', async () => {
    const watch = await watchPlatform(platform);
    const plan = { seed: `${SEED} transactions`, classes: [], each: 2, good: 1, partitions: 1 };
    const [back = [], committed = []] = planPoison(plan);
    const write = async (planned: readonly PlannedRecord[], isCommitted: boolean): Promise<void> => {
      const transaction = await beginTransaction(platform.kafka, uniqueName('poison'));
      await transaction.send(
        planned.map(({ poison: { record } }) => ({
          topic: platform.names.requests,
          partition: 0,
          key: record.key,
          value: record.value,
        })),
      );
      if (isCommitted) await transaction.commit();
      await transaction.close();
    };
    const idsOf = (planned: readonly PlannedRecord[]) => planned.map(({ poison }) => poison.deploymentId);
    try {
      await write(back, false);
      await write(committed, true);
      const told = async () => new Set((await watch.look()).statuses.map(({ deploymentId }) => deploymentId));
      await waitFor(async () => {
        const ids = await told();
        return idsOf(committed).every((id) => ids.has(id ?? ''));
      }, PATIENCE);
      const ids = await told();
      expect(idsOf(back).filter((id) => ids.has(id ?? ''))).toEqual([]);
    } finally {
      watch.close();
    }
  }, 90_000);

  it.each(BROKER_REFUSALS)('the broker itself refuses $name', async ({ batch }) => {
    const topic = platform.names.requests;
    const kafka = await KafkaSocket.open(platform.broker);
    try {
      const context = contextOf({ seed: SEED, classes: [], each: 1, good: 1, partitions: 1 }, 0, 0);
      const ends = () => fetch(kafka, topic, [{ partition: 0, offset: 0 }]);
      const before = (await ends())[0]?.end;
      const [answer] = await produce(kafka, topic, [{ partition: 0, batch: batch(context) }]);
      expect(answer?.error).not.toBe(0);
      expect((await ends())[0]?.end).toBe(before);
    } finally {
      kafka.close();
    }
  });
});

describe('while no dead letter can be written', () => {
  let platform: PoisonPlatform;
  let kafka: KafkaSocket;
  let watch: PoisonWatch;

  beforeAll(async () => {
    platform = await startPoisonPlatform({ env: process.env });
    kafka = await KafkaSocket.open(platform.broker);
  }, 240_000);

  beforeEach(async () => {
    watch = await watchPlatform(platform);
  });

  afterEach(() => watch.close());

  afterAll(async () => {
    kafka?.close();
    await platform?.stop();
  }, 60_000);

  const limitLetters = (bytes: number): Promise<unknown> =>
    withAdmin(platform.kafka, (admin) => {
      const config = { ...topicConfig(topicSpec('dlq'), 1), 'max.message.bytes': String(bytes) };
      return alterTopic(admin, platform.names.dlq, config);
    });

  const OUTAGES = [
    {
      name: 'refuses all of them',
      error: MESSAGE_TOO_LARGE,
      begin: () => limitLetters(NOTHING_FITS),
      end: () => limitLetters(topicSpec('dlq').maxMessageBytes),
    },
    {
      name: 'is gone',
      error: UNKNOWN_TOPIC_OR_PARTITION,
      begin: () => withAdmin(platform.kafka, (admin) => admin.deleteTopics({ topics: [platform.names.dlq] })),
      end: () => provisionTopics(platform.kafka, platform.topicPrefix),
    },
  ];

  /** All that is said once more since the call. */
  function hear(): () => string {
    const from = platform.ingest.process.wholeOutput().length;
    return () => platform.ingest.process.wholeOutput().slice(from);
  }

  async function committed(partition: number): Promise<number> {
    const { groupId, names } = platform;
    return withAdmin(platform.kafka, async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId, topics: [names.requests] });
      return Number(found?.partitions.find((one) => one.partition === partition)?.offset);
    });
  }

  const send = (planned: readonly PlannedRecord[], partition: number): Promise<SentRecord[]> => {
    const { clusterId: cluster, names } = platform;
    return sendPlanned(
      { kafka, cluster, topic: names.requests },
      planned.map((one) => ({ ...one, partition })),
    );
  };

  it.each(OUTAGES)(
    'because their topic $name, partitions with poison wait and skip nothing; then they go on',
    async ({ name, error, begin, end }) => {
      const needed = [
        'confluent-without-registry',
        'confluent-negative-without-registry',
        'null-value',
        'id-reused',
      ];
      const classes = POISON_CLASSES.filter((one) => needed.includes(one.name));
      const [mixed = [], other = [], later = []] = planPoison({
        seed: `${SEED} ${name}`,
        classes,
        each: 3,
        good: 2,
        partitions: 1,
      });
      const fine = (records: readonly PlannedRecord[]) =>
        records.filter(({ className }) => className === 'good');
      const said = hear();
      await begin();
      const { broker, names } = platform;
      await refusesAll({ broker, topic: names.dlq, partitions: topicSpec('dlq').partitions, error });

      const held = await send(mixed, 0);
      const sent = [...held, ...(await send(fine(other), 1))];
      const owed = async () => {
        const { letters, statuses } = await watch.look();
        // Those of the other outage are still there.
        const own = statuses.filter((one) =>
          sent.some(({ deploymentId }) => deploymentId === one.deploymentId),
        );
        return judgePoison(sent, { letters, statuses: own }, platform.names.requests);
      };
      const isLetterOwed = ({ rule }: { readonly rule: string }) => rule === 'letter missing';
      await waitFor(() => said().includes('the dead-letter topic is not available'), PATIENCE);
      await waitFor(async () => (await owed()).every(isLetterOwed), { ...PATIENCE, what: 'the good ones' });
      const more = await send(fine(later), 1);
      sent.push(...more);
      await waitFor(async () => (await owed()).every(isLetterOwed), { ...PATIENCE, what: 'later ones' });
      await waitFor(async () => (await committed(1)) > (more.at(-1)?.offset ?? Infinity), PATIENCE);

      const firstBad = held.find(
        ({ fate }) => fate.kind === 'dead letter alone' && fate.code !== 'ID_REUSED',
      );
      expect(await committed(0)).toBeLessThanOrEqual(firstBad?.offset ?? -1);
      expect((await owed()).length).toBeGreaterThan(0);

      await end();
      watch.close();
      watch = await watchPlatform(platform);
      await waitFor(async () => !(await owed()).some(mayStillCome), { ...PATIENCE, what: 'dead letters' });
      await waitFor(async () => (await committed(0)) > (held.at(-1)?.offset ?? Infinity), PATIENCE);
      expect(await owed()).toEqual([]);
    },
    450_000,
  );
});
