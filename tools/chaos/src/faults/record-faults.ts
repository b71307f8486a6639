import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicConfig, topics, topicSpec } from '@vecino/contracts';
import { alterTopic, waitFor } from '@vecino/testing';
import { type Admin, type Message } from 'kafkajs';
import { during, everybody, type Fault, nobody } from '../fault.js';
import { type Ground } from '../ground.js';
import { NOTHING_FITS, refusesAll } from '../poison/refuses-all.js';
import { MESSAGE_TOO_LARGE } from '../poison/wire/error-codes.js';

const GROUP = 'vecino-ingest';
const REPEATED = 40;
/** As far as a consumer's offsets are set back. */
const SET_BACK = 60;
const GROUP_EMPTY_WITHIN_MS = 60_000;

async function withAdmin<T>({ platform }: Ground, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = platform.path.kafka.admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Strangers join the group of ingest, take partitions, read nothing, and leave. */
const storm: Fault = {
  summary: 'strangers join and leave the consumer group of ingest',
  concerns: everybody,
  strike: (ground) =>
    during(async () => {
      let joined = 0;
      for (let times = 3 + ground.choices.below(3); times > 0; times -= 1) {
        const consumer = ground.platform.path.kafka.consumer({ groupId: GROUP, sessionTimeout: 6_000 });
        consumer.on(consumer.events.GROUP_JOIN, () => (joined += 1));
        await consumer.connect();
        await consumer.subscribe({ topics: [topics().requests] });
        const before = joined;
        await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
        await waitFor(() => joined > before, { what: 'a stranger in the group', timeoutMs: 30_000 }).catch(
          () => undefined,
        );
        consumer.pause([{ topic: topics().requests }]);
        await sleep(ground.choices.below(2_500));
        await consumer.disconnect();
      }
      return joined > 0 ? `${joined} joins` : undefined;
    }),
};

const setBack: Fault = {
  summary: 'the committed offsets of ingest are set back: what was taken is read again',
  concerns: everybody,
  strike: (ground) =>
    during(async () => {
      const { services } = ground.platform.path.platform;
      const ingests = services.filter(({ name }) => name.startsWith('ingest'));
      await Promise.all(ingests.map((ingest) => ingest.kill('SIGKILL')));
      try {
        const records = await withAdmin(ground, async (admin) => {
          await emptyGroup(admin);
          return moveBack(admin);
        });
        return records > 0 ? `${records} records read again` : undefined;
      } finally {
        await Promise.all(ingests.map((ingest) => ingest.restart()));
      }
    }),
};

/** Kafka takes no offsets from outside while the group has members. */
const emptyGroup = (admin: Admin): Promise<unknown> =>
  waitFor(
    async () => {
      const { groups } = await admin.describeGroups([GROUP]);
      return groups[0]?.members.length === 0;
    },
    { what: 'the end of the sessions of ingest', timeoutMs: GROUP_EMPTY_WITHIN_MS, everyMs: 200 },
  );

async function moveBack(admin: Admin): Promise<number> {
  const topic = topics().requests;
  const [committed] = await admin.fetchOffsets({ groupId: GROUP, topics: [topic] });
  const partitions = (committed?.partitions ?? []).flatMap(({ partition, offset }) =>
    Number(offset) > 0 ? [{ partition, from: Number(offset) }] : [],
  );
  const moved = partitions.map(({ partition, from }) => ({
    partition,
    from,
    to: Math.max(0, from - SET_BACK),
  }));
  if (moved.length === 0) return 0;
  await admin.setOffsets({
    groupId: GROUP,
    topic,
    partitions: moved.map(({ partition, to }) => ({ partition, offset: String(to) })),
  });
  return moved.reduce((sum, { from, to }) => sum + from - to, 0);
}

const repeated: Fault = {
  summary: 'a producer sends its last requests once more, word for word',
  concerns: nobody,
  strike: ({ load, sender }) =>
    during(async () => {
      const again = load.ledger.slice(-REPEATED);
      const outcome = await sender.requests(again);
      return outcome === 'ok' && again.length > 0 ? `${again.length} requests repeated` : undefined;
    }),
};

const POISONED = 25;

/** Records of which only dead letters may become. */
function poisonOf(tenantId: string, routerIp: string): Message[] {
  const json = { 'content-type': 'application/json' };
  const request = (change: object) =>
    JSON.stringify({
      tenant_id: tenantId,
      router_id: 'poisoned',
      router_ip: routerIp,
      software_version: '2.0.0',
      ...change,
    });
  const messages: Omit<Message, 'key'>[] = [
    { value: null },
    { value: Buffer.alloc(0) },
    { value: Buffer.from([0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9]) },
    { value: Buffer.from([0, 0, 0, 0, 9, 1, 2]) },
    { value: '{"half":', headers: json },
    { value: request({ tenant_id: 'nobody-knows' }), headers: json },
    { value: 'x'.repeat(70_000) },
  ];
  return messages.map((message) => ({ ...message, key: `poison-${randomUUID()}` }));
}

async function sendPoison({ choices, platform, sender }: Ground): Promise<number> {
  const tenant = choices.pick(platform.tenants);
  const all = poisonOf(tenant.id, '127.0.0.1');
  const messages = Array.from({ length: POISONED }, () => ({
    ...choices.pick(all),
    key: `poison-${randomUUID()}`,
  }));
  return (await sender.messages(messages)) === 'ok' ? messages.length : 0;
}

const poison: Fault = {
  summary: 'records that nobody can read, or whose tenant nobody knows',
  concerns: nobody,
  strike: (ground) =>
    during(async () => {
      const count = await sendPoison(ground);
      return count > 0 ? `${count} sent` : undefined;
    }),
};

/** Writes to the topic are refused; what is on it stays. */
const lettersAway: Fault = {
  summary: 'the dead-letter topic takes nothing, while poison comes',
  concerns: everybody,
  strike: (ground) =>
    during(() =>
      withAdmin(ground, async (admin) => {
        const { dlq } = topics();
        const spec = topicSpec('dlq');
        const [broker = ''] = (ground.platform.path.platform.env['KAFKA_BROKERS'] ?? '').split(',');
        const planned = topicConfig(spec, 1);
        const ends = async () =>
          (await admin.fetchTopicOffsets(dlq)).reduce((sum, { high }) => sum + Number(high), 0);
        await alterTopic(admin, dlq, { ...planned, 'max.message.bytes': String(NOTHING_FITS) });
        try {
          await refusesAll({ broker, topic: dlq, partitions: spec.partitions, error: MESSAGE_TOO_LARGE });
          const before = await ends();
          const sent = await sendPoison(ground);
          await sleep(4_000 + ground.choices.below(5_000));
          return sent > 0 && (await ends()) === before ? `${sent} dead letters waited` : undefined;
        } finally {
          await alterTopic(admin, dlq, planned);
        }
      }),
    ),
};

export const RECORD_FAULTS = {
  'rebalance-storm': storm,
  'offsets-reset': setBack,
  'repeated-requests': repeated,
  poison,
  'dead-letters-away': lettersAway,
} satisfies Record<string, Fault>;
