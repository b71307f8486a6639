import { setTimeout as sleep } from 'node:timers/promises';
import { type ManagedProcess, type StackPart } from '@vecino/devstack';
import { createClient } from '@redis/client';
import { during, everybody, type Fault } from '../fault.js';
import { type Ground } from '../ground.js';
import { standStill } from './process-faults.js';

const partOf = ({ platform }: Ground, name: StackPart) =>
  platform.path.platform.stack.parts.find((part) => part.name === name);

/** @throws Error where somebody else runs it. */
export function ownPart(ground: Ground, name: StackPart) {
  const part = partOf(ground, name);
  const { process, restart } = part ?? {};
  if (process === undefined || restart === undefined) throw new Error(`no ${name} of ours runs`);
  return { process, restart: () => restart.call(part) };
}

export const noRedis = (ground: Ground): string | undefined =>
  partOf(ground, 'redis') === undefined ? 'no Redis runs: put redis-server on the PATH' : undefined;

const killed = (name: StackPart, away: { readonly atLeastMs: number; readonly overMs: number }): Fault => ({
  summary: `kill -9 of ${name}, which is started again on its data`,
  concerns: everybody,
  ...(name === 'redis' && { missing: noRedis }),
  strike: (ground) =>
    during(async () => {
      const { process, restart } = ownPart(ground, name);
      const exit = await killOff(process);
      await sleep(away.atLeastMs + ground.choices.below(away.overMs));
      await restart();
      return exit.signal === 'SIGKILL' ? `${name} was away` : undefined;
    }),
});

const killOff = (process: ManagedProcess) => {
  process.signal('SIGKILL');
  return process.exited;
};

const frozen = (name: StackPart, forMs: number): Fault => ({
  summary: `${name} stands still for more than ${Math.floor(forMs / 1_000)} s`,
  concerns: everybody,
  ...(name === 'redis' && { missing: noRedis }),
  strike: (ground) =>
    during(async () => {
      const stood = await standStill(ownPart(ground, name).process, forMs + ground.choices.below(5_000));
      return stood ? `${name} stood still` : undefined;
    }),
});

const flushed: Fault = {
  summary: 'Redis forgets everything (FLUSHALL)',
  concerns: everybody,
  missing: noRedis,
  strike: ({ platform }) =>
    during(async () => {
      const client = createClient({ url: platform.path.platform.env['REDIS_URL'] ?? '' });
      client.on('error', () => undefined);
      await client.connect();
      try {
        const before = await client.dbSize();
        await client.flushAll();
        return before > 0 ? `${before} keys forgotten` : undefined;
      } finally {
        client.destroy();
      }
    }),
};

export const SERVER_FAULTS = {
  'kill-kafka': killed('kafka', { atLeastMs: 500, overMs: 6_000 }),
  'freeze-kafka': frozen('kafka', 8_000),
  'kill-temporal': killed('temporal', { atLeastMs: 500, overMs: 6_000 }),
  'freeze-temporal': frozen('temporal', 8_000),
  'kill-redis': killed('redis', { atLeastMs: 1_000, overMs: 6_000 }),
  'freeze-redis': frozen('redis', 6_000),
  'flush-redis': flushed,
} satisfies Record<string, Fault>;
