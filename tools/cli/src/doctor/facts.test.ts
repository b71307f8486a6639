import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim } from '@vecino/devstack';
import { upClaim } from '../background.js';
import { repositoryAt, thisRepository } from '../repository.js';
import { writeUpState } from '../up-state.js';
import { skewOf } from './clock-facts.js';
import { type Facts, gatherFacts } from './facts.js';
import { type Finding } from './finding.js';
import { judge } from './judge.js';
import { listeners } from './port-owner.js';
import { serviceFacts } from './service-facts.js';

const folder = mkdtempSync(join(tmpdir(), 'vecino-doctor-'));
const { root } = thisRepository();
const repository = repositoryAt(root, { VECINO_STATE_DIR: join(folder, 'state') });
const open: Server[] = [];
afterAll(() => {
  for (const server of open) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing of this machine's own settings. */
const BARE = { PATH: process.env['PATH'], HOME: folder, VECINO_CACHE_DIR: join(folder, 'cache') };

async function listen(server: Server): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const examine = async (
  env: NodeJS.ProcessEnv,
  of = repository,
): Promise<{ facts: Facts; findings: Finding[] }> => {
  const facts = await gatherFacts(of, { ...BARE, ...env });
  return { facts, findings: judge(facts) };
};
const verdictOn = (findings: readonly Finding[], subject: string) =>
  findings.findLast((finding) => finding.subject === subject);

describe('a mistake that is made for real is found, with its fix', () => {
  it('tools that are missing', async () => {
    const { facts, findings } = await examine({ PATH: join(folder, 'empty'), JAVA_HOME: '' });
    expect(facts).toMatchObject({ npm: undefined, go: undefined });
    expect(verdictOn(findings, 'npm')).toMatchObject({ verdict: 'bad', fix: expect.stringContaining('npm') });
    expect(verdictOn(findings, 'Java')).toMatchObject({ verdict: 'bad', fix: expect.stringContaining('17') });
  });

  it('a Java that is too old', async () => {
    const bin = join(folder, 'old', 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'java'), '#!/bin/sh\necho \'openjdk version "11.0.2" 2019-01-15\' >&2\n');
    chmodSync(join(bin, 'java'), 0o755);
    const { findings } = await examine({ JAVA_HOME: join(folder, 'old') });
    expect(verdictOn(findings, 'Java')).toMatchObject({
      verdict: 'bad',
      found: expect.stringContaining('Java 11'),
    });
  });

  it('an address of metrics that somebody has, and who that is', async () => {
    const port = await listen(createServer());
    const { facts, findings } = await examine({ VECINO_METRICS_ADDRESS: `127.0.0.1:${port}` });
    if (process.platform === 'linux')
      expect(facts.takenAddresses).toMatchObject([
        { name: 'VECINO_METRICS_ADDRESS', port, by: { pid: process.pid } },
      ]);
    const finding = verdictOn(findings, 'addresses');
    expect(finding).toMatchObject({
      verdict: 'bad',
      fix: expect.stringContaining('VECINO_METRICS_ADDRESS=127.0.0.1:0'),
    });
  });

  it('a port that is free again is nobody’s', async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const { findings } = await examine({ VECINO_METRICS_ADDRESS: `127.0.0.1:${port}` });
    expect(verdictOn(findings, 'addresses')?.verdict).toBe('good');
  });

  it('a cache that cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { findings } = await examine({ VECINO_CACHE_DIR: join(file, 'cache') });
    expect(verdictOn(findings, 'folders')).toMatchObject({
      verdict: 'bad',
      found: expect.stringContaining(join(file, 'cache')),
      fix: expect.stringContaining('VECINO_CACHE_DIR'),
    });
    const { findings: fine } = await examine({});
    expect(verdictOn(fine, 'folders')?.verdict).toBe('good');
  });

  it('servers that are named and away', async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const { findings } = await examine({
      KAFKA_BROKERS: `127.0.0.1:${port}`,
      REDIS_URL: `redis://127.0.0.1:${port}`,
    });
    expect(verdictOn(findings, 'Kafka')).toMatchObject({
      verdict: 'bad',
      found: expect.stringContaining(`127.0.0.1:${port}: Kafka at`),
      fix: expect.stringContaining('KAFKA_BROKERS'),
    });
    expect(verdictOn(findings, 'Redis')).toMatchObject({
      verdict: 'bad',
      fix: expect.stringContaining('REDIS_URL'),
    });
  }, 20_000);

  it('a service of this clone that is not ready, and why', async () => {
    const health = createHttpServer((_, response) => {
      response.statusCode = 503;
      const checks = [{ name: 'kafka', state: 'failed', why: 'nothing fetched for 17 s' }];
      response.end(JSON.stringify({ phase: 'running', checks }));
    });
    const port = await listen(health);
    const of = repositoryAt(root, { VECINO_STATE_DIR: join(folder, 'up') });
    const part = { kind: 'service', origin: 'clone', pid: process.pid, restarts: 0 } as const;
    const release = await claim(upClaim(of));
    writeUpState(of.stateDir, {
      phase: 'running',
      pid: process.pid,
      startedAt: '2026-11-01T00:00:00.000Z',
      env: { KAFKA_BROKERS: '', TEMPORAL_ADDRESS: '', REDIS_URL: '' },
      parts: [
        { ...part, name: 'ingest', healthAddress: `127.0.0.1:${port}`, logPath: '/logs/ingest.log' },
        { ...part, name: 'router-simulator' },
      ],
    });
    try {
      const { findings } = await examine({}, of);
      expect(verdictOn(findings, 'ingest')).toMatchObject({
        verdict: 'bad',
        found: 'unready: kafka: nothing fetched for 17 s',
        fix: expect.stringContaining('tail -n 50 /logs/ingest.log'),
      });
      expect(verdictOn(findings, 'router-simulator')).toBeUndefined();
      expect(await serviceFacts(of, { KAFKA_BROKERS: 'elsewhere:9092' })).toEqual([]);
    } finally {
      await release?.();
    }
    expect(await serviceFacts(of, {})).toEqual([]);
  }, 20_000);

  it('a clock that is not Temporal’s', async () => {
    const ui = createHttpServer((_, response) => {
      response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
      response.end();
    });
    const port = await listen(ui);
    const { findings } = await examine({ TEMPORAL_UI_URL: `http://127.0.0.1:${port}` });
    expect(verdictOn(findings, 'clock')).toMatchObject({
      verdict: 'bad',
      found: expect.stringMatching(/(3599|3600) s ahead of this machine/),
      fix: expect.stringContaining('set the clock'),
    });
  });

  it('settings that nobody could read', async () => {
    const tenants = join(folder, 'tenants.yaml');
    writeFileSync(tenants, 'revision: 1\ntenants:\n  - id: Acme\n');
    const of = repositoryAt(root, { VECINO_STATE_DIR: join(folder, 'state'), VECINO_TENANTS_FILE: tenants });
    const { facts, findings } = await examine(
      { KAFKA_SSL: 'true', TEMPORAL_ADDRESS: 'x:1', TEMPORAL_TLS_CLIENT_CERT_PATH: '/no/where.pem' },
      of,
    );
    const faults = facts.configuration.join('\n');
    for (const part of ['KAFKA_SSL without KAFKA_BROKERS', '/no/where.pem', `${tenants}:3`])
      expect(faults).toContain(part);
    expect(verdictOn(findings, 'settings')).toMatchObject({ verdict: 'bad' });
  }, 20_000);
});

it('a bare machine has no bad settings, and nobody is asked', async () => {
  const { facts } = await examine({});
  expect(facts).toMatchObject({ configuration: [], servers: [], services: [], skews: [] });
  expect(facts.topics).toBeUndefined();
});

it('listening sockets are told from others by the kernel’s table', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0 100 0',
    '   1: 0100007F:2385 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 0 100 0',
    '',
  ].join('\n');
  expect(listeners(table)).toEqual([{ port: 0x2384, inode: '4242' }]);
});

it.each([
  [10_000, 10_400, 10_600, 0],
  [11_000, 10_400, 10_600, 400],
  [70_000, 10_400, 10_600, 59_400],
  [5_000, 10_400, 10_600, -4_400],
])('a clock that said %d between %d and %d is %d ms ahead', (theirs, before, after, ahead) =>
  expect(skewOf(theirs, before, after)).toBe(ahead),
);
