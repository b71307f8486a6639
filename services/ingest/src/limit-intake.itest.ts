import { createRequestDecoder } from '@vecino/contracts';
import { createSlots } from '@vecino/foundation';
import { createRedisLimiter, type IntakeLimiter, type RedisLimiterOptions } from '@vecino/intake';
import {
  type BatchConsumer,
  connectKafka,
  createBatchConsumer,
  createProducer,
  createTopic,
  hasCommitted,
  SESSION_TIMEOUT_MS,
  withAdmin,
} from '@vecino/messaging';
import { type Logger, type LogFields, silentLogger } from '@vecino/telemetry';
import { type Registry, settingsOf } from '@vecino/tenancy';
import { RedisUnderTest, uniqueName, waitFor } from '@vecino/testing';
import type { SubmitBatch } from '@vecino/workflows';
import { followOwnership } from './follow-ownership.js';
import { createPartitionHandler } from './handle-batch.js';
import { createIngestMeter } from './ingest-meter.js';
import { passTraceOn } from './process-tracer.js';
import { trustTopicAcls } from './producer-identity.js';
import { createPatientSubmitter } from './submit-patiently.js';
import { recordOf, requestOf } from './testing/records-under-test.js';
import { registryOf } from './testing/registry-under-test.js';

const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const kafka = connectKafka({ brokers }, 'intake-itest', silentLogger);
const producer = createProducer(kafka);
const PARTITIONS = 12;
const TIMES = {
  timing: { windowMs: 2_000, slackMs: 1_200, patienceMs: 0 },
  callTimeoutMs: 400,
  probeEveryMs: 60,
} satisfies Partial<RedisLimiterOptions>;
const { windowMs, slackMs } = TIMES.timing;

interface Grant {
  readonly tenant: string;
  readonly granted: number;
  readonly refused: number;
  readonly at: number;
}

interface Replica {
  readonly consumer: BatchConsumer;
  readonly limiter: IntakeLimiter;
  stop(): Promise<void>;
}

const running: Replica[] = [];
const stopAll = () => Promise.all(running.splice(0).map((replica) => replica.stop()));
afterEach(stopAll);
afterAll(() => producer.close());

/** Replicas of ingest on one topic, whose gates take everything at once; judged by what they log. */
async function laboratory(redisUrl: string, more: Partial<RedisLimiterOptions> = {}) {
  const requests = uniqueName('requests');
  const groupId = uniqueName('ingest');
  const config = { 'message.timestamp.type': 'LogAppendTime' };
  await withAdmin(kafka, async (admin) => {
    await createTopic(admin, { name: requests, partitions: PARTITIONS, replicationFactor: 1, config });
    await createTopic(admin, { name: `${requests}.dlq`, partitions: 1, replicationFactor: 1, config });
  });
  const world = { registry: limitedTo(40) };
  const grants: Grant[] = [];
  const batches: SubmitBatch[] = [];
  const logger: Logger = {
    ...silentLogger,
    child: () => logger,
    debug: (fields, msg) => msg === 'intake' && grants.push(grantOf(fields)),
  };

  async function start(): Promise<Replica> {
    const stopping = new AbortController();
    const limiter = createRedisLimiter({
      ...TIMES,
      ...more,
      url: redisUrl,
      keyPrefix: requests,
      logger: silentLogger,
      fresh: !(await hasCommitted(kafka, { groupId, topic: requests }, stopping.signal)),
      leaseMs: SESSION_TIMEOUT_MS,
    });
    await limiter.start();
    const openPartition = createPartitionHandler({
      clusterId: 'cluster',
      registry: () => world.registry,
      registrySince: () => Promise.resolve(world.registry),
      settings: (tenant) => settingsOf(world.registry, tenant, 'default'),
      decoder: createRequestDecoder(),
      identity: trustTopicAcls,
      limiter,
      submitter: createPatientSubmitter(
        {
          submit: (batch) => {
            batches.push(batch);
            return Promise.resolve();
          },
          command: () => Promise.resolve(),
        },
        createSlots(8),
        silentLogger,
      ),
      deadLetters: producer,
      dlqTopic: `${requests}.dlq`,
      tracer: passTraceOn,
      meter: createIngestMeter(),
      logger,
    });
    const consumer = createBatchConsumer(kafka, {
      topic: requests,
      groupId,
      openPartition,
      ownership: followOwnership(kafka, requests, limiter, stopping.signal),
    });
    const replica: Replica = {
      consumer,
      limiter,
      stop: async () => {
        await consumer.stop(0);
        stopping.abort();
        await limiter.stop();
      },
    };
    running.push(replica);
    await consumer.start();
    return replica;
  }

  let sent = 0;
  const send = async (tenant: string, count: number): Promise<void> => {
    const records = Array.from({ length: count }, () => {
      const address = tenant === 'acme' ? '127.30.1.1' : '127.30.2.1';
      const id = `${tenant}-${sent}`;
      const { value, headers } = recordOf(requestOf(tenant, { request_id: id, router_ip: address }));
      return { topic: requests, partition: sent++ % PARTITIONS, key: id, value, headers };
    });
    await producer.send(records);
  };
  const lag = () =>
    withAdmin(kafka, async (admin) => {
      const ends = await admin.fetchTopicOffsets(requests);
      const [group] = await admin.fetchOffsets({ groupId, topics: [requests] });
      const done = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      return ends.reduce((sum, { partition, high }) => {
        return sum + Number(high) - Math.max(0, done.get(partition) ?? 0);
      }, 0);
    });
  const grantedSince = (from: number, tenant = 'acme') =>
    grants.reduce((sum, grant) => {
      return sum + (grant.tenant === tenant && grant.at > from ? grant.granted : 0);
    }, 0);
  return { world, grants, batches, start, send, lag, grantedSince, sent: () => sent };
}

function limitedTo(acme: number): Registry {
  const registry = registryOf('acme', 'other');
  return {
    ...registry,
    tenants: registry.tenants.map((tenant) => ({
      ...tenant,
      limits: { ...tenant.limits, intakePer60s: tenant.id === 'acme' ? acme : 10_000 },
    })),
  };
}

const grantOf = ({ tenant_id = '', granted, refused, at }: LogFields): Grant => ({
  tenant: tenant_id,
  granted: Number(granted),
  refused: Number(refused),
  at: Date.parse(String(at)),
});

/** The most that was granted within any window. */
function mostInAWindow(grants: readonly Grant[], tenant: string): number {
  const sorted = grants.filter((grant) => grant.tenant === tenant).toSorted((a, b) => a.at - b.at);
  let most = 0;
  for (const [i, { at }] of sorted.entries()) {
    let sum = 0;
    for (let j = i; j >= 0 && (sorted[j]?.at ?? 0) > at - windowMs; j--) sum += sorted[j]?.granted ?? 0;
    most = Math.max(most, sum);
  }
  return most;
}

const passed = async (ms: number): Promise<void> => {
  const until = Date.now() + ms;
  await waitFor(() => Date.now() >= until, { timeoutMs: ms + 5_000 });
};

test('three replicas, one tenant that floods 12 partitions: exact while Redis is flushed, killed and stopped', async () => {
  const redis = await RedisUnderTest.start();
  const flooding = new AbortController();
  let flood: Promise<void> = Promise.resolve();
  try {
    const lab = await laboratory(redis.url);
    const { start, send, grants, grantedSince, batches, lag } = lab;
    const replicas = [await start(), await start(), await start()];
    await waitFor(() => replicas.every(({ consumer }) => consumer.assigned().length === 4));
    flood = (async () => {
      while (!flooding.signal.aborted) {
        await send('acme', 24);
        await send('other', 2);
        await passed(60);
      }
    })();
    const goesOn = (what: string) => {
      const from = Date.now();
      return waitFor(() => grantedSince(from) > 0 && grantedSince(from, 'other') > 0, { what });
    };
    await goesOn('the first grant');
    await waitFor(() => mostInAWindow(grants, 'acme') === 40, { what: 'a window that is full' });

    await redis.flush();
    await passed(windowMs / 2);
    await goesOn('a grant after the flush');

    await redis.kill();
    await redis.start();
    await passed(windowMs / 2);
    await goesOn('a grant after the restart');

    redis.stop();
    const stopped = Date.now();
    await passed(windowMs);
    // 40 * 4 / 12 = 13 for each, and a replica that goes takes its share away.
    await waitFor(() => grantedSince(stopped + windowMs) >= 26, { what: 'the shares' });
    await replicas[0]?.stop();
    await passed(windowMs);
    redis.continue();
    const continued = Date.now();
    await waitFor(() => grantedSince(continued + windowMs) >= 40, { what: 'the whole limit again' });
    flooding.abort();
    await flood;
    await waitFor(async () => (await lag()) === 0);

    expect(mostInAWindow(grants, 'acme')).toBe(40);
    expect(grants.filter(({ tenant, refused }) => tenant === 'other' && refused > 0)).toEqual([]);
    // Nothing was lost: each request was either let through or refused, in the order of its partition.
    const byPartition = new Map<number, number[]>();
    for (const { partition, items } of batches) {
      let offsets = byPartition.get(partition);
      if (!offsets) byPartition.set(partition, (offsets = []));
      for (const { offset } of items) offsets.push(offset);
    }
    const seen = [...byPartition.values()].map((offsets) => new Set(offsets).size);
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(lab.sent());
  } finally {
    flooding.abort();
    await flood;
    await stopAll();
    await redis.close();
  }
}, 120_000);

/**
 * Nothing hangs here, and a call that was given up for being slow would have taken from the limit. All of the test lies
 * within one window.
 */
const PATIENT = {
  callTimeoutMs: 5_000,
  timing: { windowMs: 60_000, slackMs: 20_000, patienceMs: 0 },
} satisfies Partial<RedisLimiterOptions>;

test('a limit that changes holds from the next batch on, downwards too', async () => {
  const redis = await RedisUnderTest.start({ durable: true });
  try {
    const { world, start, send, batches, lag, grantedSince } = await laboratory(redis.url, PATIENT);
    await start();
    const grantedOf = async (count: number, limit: number): Promise<number> => {
      world.registry = limitedTo(limit);
      await send('acme', count);
      await waitFor(async () => (await lag()) === 0, { timeoutMs: 30_000 });
      return grantedSince(0);
    };
    expect(await grantedOf(100, 40)).toBe(40);
    expect(await grantedOf(10, 60)).toBe(50);
    // A restart of one that forgets nothing changes nothing.
    await redis.kill();
    await redis.start();
    const from = Date.now();
    expect(await grantedOf(100, 55)).toBe(55);
    const items = batches.flatMap((batch) => batch.items);
    expect(items).toHaveLength(210);
    const refused = items.filter(({ refusal }) => refusal !== undefined);
    expect(refused).toHaveLength(155);
    expect(refused.every(({ refusal }) => refusal?.code === 'RATE_LIMITED')).toBe(true);
    expect(Date.parse(refused.at(-1)?.refusalDetails?.['retry_at'] ?? '')).toBeGreaterThan(from);
  } finally {
    await stopAll();
    await redis.close();
  }
}, 120_000);

test('where there never is a Redis, the replica goes on with its share after a window', async () => {
  const { start, send, lag, grantedSince, grants } = await laboratory('redis://localhost:1');
  const from = Date.now();
  await start();
  await send('acme', 100);
  await waitFor(async () => (await lag()) === 0);
  expect(grantedSince(from)).toBe(40);
  expect(Math.min(...grants.map(({ at }) => at))).toBeGreaterThan(from + windowMs - slackMs);
});
