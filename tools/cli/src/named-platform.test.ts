import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim } from '@vecino/devstack';
import { upClaim } from './background.js';
import { namedParts, namesAnother } from './named-platform.js';
import { repositoryAt } from './repository.js';
import { writeUpState } from './up-state.js';

const stateDir = mkdtempSync(join(tmpdir(), 'vecino-named-'));
const repository = repositoryAt('/nowhere', { VECINO_STATE_DIR: stateDir });
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

describe('the platform that the environment names', () => {
  it('is another one, unless what runs for this clone runs on that Kafka', async () => {
    const names = (brokers: string) => namesAnother(repository, { KAFKA_BROKERS: brokers });
    const release = await claim(upClaim(repository));
    writeUpState(stateDir, {
      phase: 'running',
      pid: process.pid,
      startedAt: '2026-11-01T00:00:00.000Z',
      env: { KAFKA_BROKERS: 'ours:9092' },
      parts: [],
    });
    expect(await names('')).toBe(false);
    expect(await names('ours:9092')).toBe(false);
    expect(await names('theirs:9092')).toBe(true);
    await release?.();
    expect(await names('ours:9092')).toBe(true);
    // That it failed is to be told, whatever its Kafka answers.
    writeUpState(stateDir, {
      phase: 'failed',
      pid: process.pid,
      startedAt: '2026-11-01T00:00:00.000Z',
      env: { KAFKA_BROKERS: 'ours:9092' },
      parts: [],
    });
    expect(await names('ours:9092')).toBe(false);
    expect(await names('theirs:9092')).toBe(true);
  });

  it('has the named servers as its parts, each with whether it answers', async () => {
    const redis = createServer((socket) => void socket.on('data', () => socket.write('+PONG\r\n')));
    redis.listen(0, '127.0.0.1');
    await once(redis, 'listening');
    const address = `redis://127.0.0.1:${(redis.address() as AddressInfo).port}`;
    const part = { name: 'redis', kind: 'server', origin: 'environment', address, restarts: 0 };
    expect(await namedParts({ REDIS_URL: address })).toEqual([{ ...part, health: 'answers' }]);
    redis.close();
    await once(redis, 'close');
    expect(await namedParts({ REDIS_URL: address })).toEqual([
      { ...part, health: 'silent', why: 'nobody answers PING there' },
    ]);
  });
});
