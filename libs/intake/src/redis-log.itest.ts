import { createClient } from '@redis/client';
import { type SharedAnswer, SharedIntake } from '@vecino/admission';
import { RedisUnderTest, uniqueName, waitFor } from '@vecino/testing';
import { RedisLog, type RedisLogOptions, type Said } from './redis-log.js';

const TIMING = { windowMs: 600, slackMs: 200, patienceMs: 100 };
let redis: RedisUnderTest;
const logs: RedisLog[] = [];

beforeAll(async () => {
  redis = await RedisUnderTest.start();
});
afterEach(() => logs.splice(0).forEach((log) => log.close()));
afterAll(() => redis.close());

async function connect(more: Partial<RedisLogOptions> = {}): Promise<RedisLog> {
  const log = await RedisLog.connect({
    url: redis.url,
    keyPrefix: uniqueName('p'),
    replica: uniqueName('r'),
    timing: TIMING,
    callTimeoutMs: 2_000,
    onLost: () => undefined,
    ...more,
  });
  logs.push(log);
  return log;
}

const fresh: Said = { fresh: true };
const known: Said = { fresh: false };

/** A small generator of numbers, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test.each([1, 2])('the script answers as the model does, seed %i', async (seed) => {
  // Long enough that nobody is away, however slow the machine.
  const timing = { ...TIMING, patienceMs: 60_000 };
  const log = await connect({ timing });
  const model = new SharedIntake(timing);
  const next = numbers(seed);
  const takenOf = (answer: SharedAnswer) => {
    if (answer.kind !== 'taken') throw new Error(answer.kind);
    return answer;
  };
  let granted = 0;
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    const [tenant, limit, wanted] = [`t-${next(2)}`, next(12), next(5)];
    const real = takenOf(await log.take(fresh, tenant, limit, wanted));
    const server = { now: real.at, run: 'r', evicted: 0, durable: false };
    expect(real).toEqual(
      model.take(server, { replica: 'r', deadline: real.at, fresh: true }, tenant, limit, wanted),
    );
    granted += real.granted;
    refused += wanted - real.granted;
    const until = Date.now() + next(10);
    await waitFor(() => Date.now() >= until, { everyMs: 1 });
  }
  expect(granted).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
});

test('an empty Redis is closed for a window and the slack, except to who knows that it is new', async () => {
  const log = await connect();
  const first = await log.speak(known);
  expect(first).toMatchObject({ kind: 'closed', why: 'flushed' });
  expect(first.kind === 'closed' && first.waitMs).toBe(TIMING.windowMs + TIMING.slackMs);
  // Too late: it has been there.
  expect(await log.take(fresh, 'acme', 5, 1)).toMatchObject({ kind: 'closed' });
  await waitFor(async () => (await log.take(known, 'acme', 5, 1)).kind === 'taken');
  expect(await (await connect()).take(fresh, 'acme', 5, 3)).toMatchObject({ kind: 'taken', granted: 3 });
});

test('a call that is carried out too late changes nothing', async () => {
  const keyPrefix = uniqueName('p');
  const timing = { windowMs: 10_000, slackMs: 200, patienceMs: 0 };
  const log = await connect({ keyPrefix, timing, callTimeoutMs: 300 });
  await log.take(fresh, 'acme', 5, 1);
  redis.stop();
  try {
    await expect(log.take(known, 'acme', 5, 3)).rejects.toThrow('no answer from Redis within 300 ms');
    const surelyLate = Date.now() + 500;
    await waitFor(() => Date.now() > surelyLate);
  } finally {
    redis.continue();
  }
  const again = await connect({ keyPrefix, timing });
  expect(await again.take(known, 'acme', 5, 5)).toMatchObject({ kind: 'taken', granted: 4 });
});

test('closes after it was flushed, and after nobody spoke for so long that shares may have been granted', async () => {
  const log = await connect();
  await log.take(fresh, 'acme', 5, 5);
  const before = Date.now();
  await redis.flush();
  expect(await log.take(known, 'acme', 5, 5)).toMatchObject({ kind: 'closed', why: 'flushed' });
  await waitFor(async () => (await log.take(known, 'acme', 5, 1)).kind === 'taken');
  expect(Date.now() - before).toBeGreaterThanOrEqual(TIMING.windowMs + TIMING.slackMs);
  const silent = Date.now() + TIMING.windowMs + TIMING.patienceMs - TIMING.slackMs + 50;
  await waitFor(() => Date.now() > silent);
  expect(await log.speak(known)).toMatchObject({ kind: 'closed', why: 'away' });
});

test('stays closed for one that says late that it granted by itself', async () => {
  const log = await connect();
  const first = await log.speak(known);
  await waitFor(async () => {
    const answer = await log.speak(known);
    return answer.kind === 'closed' && first.kind === 'closed' && answer.waitMs < first.waitMs - 100;
  });
  expect(await log.speak({ fresh: false, localAgo: 10 })).toMatchObject({
    kind: 'closed',
    waitMs: TIMING.windowMs + TIMING.slackMs - 10,
  });
});

test('after the last replica has left in order it opens at once, however late', async () => {
  const log = await connect();
  await log.speak(fresh);
  await log.leave();
  const later = Date.now() + TIMING.windowMs;
  await waitFor(() => Date.now() > later);
  expect(await log.take(known, 'acme', 1, 1)).toMatchObject({ kind: 'taken', granted: 1 });
});

test('closes when keys were thrown away for want of memory', async () => {
  const log = await connect({ timing: { windowMs: 60_000, slackMs: 200, patienceMs: 0 } });
  await log.take(fresh, 'acme', 5, 5);
  const client = await createClient({ url: redis.url }).connect();
  await client.sendCommand(['CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru', 'maxmemory', '3mb']);
  for (let i = 0; i < 50; i++)
    await client.set(`filler-${i}`, 'x'.repeat(50_000), { expiration: { type: 'EX', value: 60 } });
  await client.sendCommand(['CONFIG', 'SET', 'maxmemory', '0']);
  await client.close();
  expect(await log.take(known, 'acme', 5, 5)).toMatchObject({ kind: 'closed', why: 'evicted' });
});

test("a tenant's log takes no more than some tens of KB, and ends with its window", async () => {
  const keyPrefix = uniqueName('p');
  const log = await connect({ keyPrefix, timing: { windowMs: 60_000, slackMs: 300, patienceMs: 0 } });
  await log.speak(fresh);
  const client = await createClient({ url: redis.url }).connect();
  const key = `{${keyPrefix}vecino-intake}:log:acme`;
  // As after nearly a minute with a request in each slot.
  const now = Math.ceil(Date.now() / 20) * 20;
  const entries = Array.from({ length: 3_000 }, (_, i) => [String(now - 55_000 + i * 18), '1']).flat();
  await client.rPush(key, ['3000', ...entries]);
  expect(await log.take(known, 'acme', 3_000, 1)).toMatchObject({ granted: 0, retryAt: now + 5_000 });
  expect(await client.memoryUsage(key)).toBeLessThan(64 * 1024);
  await waitFor(
    async () => (await log.take(known, 'acme', 3_000, 1)).kind === 'taken' && (await client.pTTL(key)) > 0,
  );
  expect(await client.pTTL(key)).toBeLessThanOrEqual(61_020);
  await client.close();
});

test('a call that hangs is given up in time, and the connection with it', async () => {
  const lost: unknown[] = [];
  const log = await connect({ callTimeoutMs: 300, onLost: (err) => lost.push(err) });
  await log.speak(fresh);
  redis.stop();
  const begun = Date.now();
  try {
    await expect(log.take(known, 'acme', 5, 1)).rejects.toThrow('no answer from Redis within 300 ms');
    await expect(connect({ callTimeoutMs: 300 })).rejects.toThrow('no answer');
    expect(Date.now() - begun).toBeLessThan(1_500);
  } finally {
    redis.continue();
  }
  expect(lost).toHaveLength(1);
  await expect(log.take(known, 'acme', 5, 1)).rejects.toThrow();
});
