import { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cryptoProvider,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { silentLogger } from '@vecino/telemetry';
import { RedisUnderTest, uniqueName, waitFor } from '@vecino/testing';
import type { IntakeLimiter } from './intake-limiter.js';
import { createRedisLimiter, type RedisLimiterOptions } from './redis-limiter.js';

const WINDOW_MS = 1_000;
const SLACK_MS = 400;
const started: IntakeLimiter[] = [];
const servers: RedisUnderTest[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  await Promise.all(started.splice(0).map((limiter) => limiter.stop()));
  await Promise.all(servers.splice(0).map((redis) => redis.close()));
});

async function serve(...options: Parameters<typeof RedisUnderTest.start>): Promise<RedisUnderTest> {
  const redis = await RedisUnderTest.start(...options);
  servers.push(redis);
  return redis;
}

async function limiterOn(url: string, more: Partial<RedisLimiterOptions> = {}): Promise<IntakeLimiter> {
  const limiter = createRedisLimiter({
    url,
    keyPrefix: 'test',
    logger: silentLogger,
    fresh: false,
    leaseMs: 6_000,
    timing: { windowMs: WINDOW_MS, slackMs: SLACK_MS, patienceMs: 0 },
    callTimeoutMs: 300,
    probeEveryMs: 50,
    ...more,
  });
  started.push(limiter);
  await limiter.start();
  return limiter;
}

const take = (limiter: IntakeLimiter, wanted = 1, signal = never) =>
  limiter.take({ tenantId: 'acme', limit: () => 5, wanted }, signal);

/** How long it takes until something is granted, in ms. */
async function waited(limiter: IntakeLimiter): Promise<number> {
  const begun = Date.now();
  await take(limiter);
  return Date.now() - begun;
}

const passed = async (ms: number): Promise<void> => {
  const until = Date.now() + ms;
  await waitFor(() => Date.now() > until);
};

/** Where nothing hangs: a call that was given up for being slow would be an outage. */
const PATIENT = { callTimeoutMs: 5_000 };

test('started again after everything was stopped in order, it goes on at once', async () => {
  const redis = await serve({ durable: true });
  const first = await limiterOn(redis.url, { ...PATIENT, fresh: true });
  expect(await take(first, 9)).toMatchObject({ granted: 5 });
  await first.stop();
  await redis.kill();
  await passed(WINDOW_MS);
  await redis.start();
  expect(await waited(await limiterOn(redis.url, PATIENT))).toBeLessThan(WINDOW_MS);
});

test('started again at once, it knows what was granted before', async () => {
  const redis = await serve({ durable: true });
  // All of it lies within one window.
  const options = { ...PATIENT, timing: { windowMs: 60_000, slackMs: 20_000, patienceMs: 0 } };
  await take(await limiterOn(redis.url, { ...options, fresh: true }), 4);
  await redis.kill();
  await redis.start();
  expect(await take(await limiterOn(redis.url, options), 4)).toMatchObject({ granted: 1 });
});

test('started again on a Redis that forgets, it waits', async () => {
  const redis = await serve();
  const first = await limiterOn(redis.url, { fresh: true });
  await take(first);
  await first.stop();
  await redis.kill();
  await redis.start();
  const begun = Date.now();
  await take(await limiterOn(redis.url));
  expect(Date.now() - begun).toBeGreaterThanOrEqual(WINDOW_MS + SLACK_MS);
});

test('who waits goes on as soon as Redis answers again, or gives up when told', async () => {
  const redis = await serve({ durable: true });
  const limiter = await limiterOn(redis.url, { fresh: true });
  await take(limiter);
  redis.stop();
  const waiting = take(limiter);
  const revoked = new AbortController();
  const givenUp = take(limiter, 1, revoked.signal);
  try {
    await passed(350);
    revoked.abort();
    await expect(givenUp).rejects.toThrow();
  } finally {
    redis.continue();
  }
  expect(await waiting).toMatchObject({ granted: 1 });
});

test('says why it grants nothing, and nothing while it grants its share', async () => {
  const redis = await serve();
  const limiter = await limiterOn(redis.url, { fresh: true });
  await waitFor(() => limiter.fault() === undefined);
  limiter.owns({ member: 'm-1', partitions: [0], all: 1 });
  await redis.kill();
  const told = (words: RegExp) =>
    waitFor(() => words.test(limiter.fault() ?? 'nothing'), { what: String(words) });
  await told(/^Redis does not answer: requests wait$/);
  const hears = setInterval(() => limiter.confirmed(0), 50);
  await told(/^nothing$/);
  clearInterval(hears);
  await redis.start();
  await told(/^requests wait: what was granted before is not known \(\w+\)$/);
  await told(/^nothing$/);
});

test('over TLS, with a password, and with no other server than the one that was meant', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vecino-tls-'));
  try {
    const ours = await certificate(dir);
    const others = await certificate(dir);
    const redis = await serve({
      tls: true,
      args: [
        ...['--tls-cert-file', ours.cert, '--tls-key-file', ours.key, '--tls-auth-clients', 'no'],
        ...['--requirepass', 'secret'],
      ],
    });
    const url = redis.url.replace('://', '://:secret@');
    const limiter = await limiterOn(url, { caPath: ours.cert, fresh: true });
    expect(await take(limiter)).toMatchObject({ granted: 1 });
    for (const [wrongUrl, caPath] of [
      [url, others.cert],
      [redis.url, ours.cert],
    ] as const) {
      const refused = await limiterOn(wrongUrl, { caPath });
      const soon = AbortSignal.timeout(300);
      await expect(take(refused, 1, soon)).rejects.toThrow();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

/** Signed by itself, for localhost. */
async function certificate(dir: string): Promise<{ readonly cert: string; readonly key: string }> {
  cryptoProvider.set(webcrypto);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=redis',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const name = join(dir, uniqueName('redis'));
  await writeFile(`${name}.crt`, made.toString('pem'));
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  await writeFile(`${name}.key`, PemConverter.encode(pkcs8, 'PRIVATE KEY'));
  return { cert: `${name}.crt`, key: `${name}.key` };
}
