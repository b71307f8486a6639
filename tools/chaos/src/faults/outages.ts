import { setTimeout as sleep } from 'node:timers/promises';
import { type StackPart } from '@vecino/devstack';
import { waitFor } from '@vecino/testing';
import { CHAOS_TENANTS } from '../chaos-tenants.js';
import { everybody, type Fault, type Struck } from '../fault.js';
import { type Ground } from '../ground.js';
import { noRedis, ownPart } from './server-faults.js';

const AWAY_MS = 60_000;
/** So soon after its return every calm tenant has something answered. */
const RECOVERED_WITHIN_MS = 30_000;
/** So soon after its return all has ended that calm tenants had asked for by then. */
const DRAINED_WITHIN_MS = 120_000;
/** Waited for all the same, so that it is known how long it took. */
const LOOKED_FOR_MS = 240_000;

const CALM = CHAOS_TENANTS.filter(({ manner }) => manner === 'calm').map(({ id }) => id);

const outage = (name: StackPart): Fault => ({
  summary: `${name} is away for ${AWAY_MS / 1_000} s; ${RECOVERED_WITHIN_MS / 1_000} s after its return tenants are answered again, and ${DRAINED_WITHIN_MS / 1_000} s after it all has ended that was open`,
  concerns: everybody,
  ...(name === 'redis' && { missing: noRedis }),
  async strike(ground): Promise<Struck> {
    const from = Date.now();
    const { process, restart } = ownPart(ground, name);
    process.signal('SIGKILL');
    const exit = await process.exited;
    await sleep(AWAY_MS);
    await restart();
    const to = Date.now();
    const [recoveredMs, drainedMs] = await Promise.all([untilAnswered(ground, to), untilDrained(ground, to)]);
    const complaints = [
      ...(recoveredMs === undefined || recoveredMs > RECOVERED_WITHIN_MS ? [recovery(recoveredMs)] : []),
      ...(drainedMs === undefined || drainedMs > DRAINED_WITHIN_MS ? [drain(drainedMs)] : []),
    ];
    const felt = `${name} away for ${AWAY_MS / 1_000} s, ${recovery(recoveredMs)}, ${drain(drainedMs)}`;
    return {
      from,
      to,
      effect: exit.signal === 'SIGKILL' ? felt : undefined,
      ...(complaints.length > 0 && { complaint: complaints.join('; ') }),
    };
  },
});

const recovery = (ms: number | undefined): string =>
  ms === undefined ? 'not recovered' : `recovered ${ms} ms after its return`;
const drain = (ms: number | undefined): string =>
  ms === undefined ? 'not drained' : `drained ${ms} ms after its return`;

/**
 * How long after that each calm tenant has had something answered, counted from when it asked for it where it did so later; undefined
 * where one has not for very long.
 */
async function untilAnswered({ load, watch }: Ground, since: number): Promise<number | undefined> {
  const waiting = new Set(CALM);
  let longest = 0;
  const answered = () => {
    for (const { tenantId, deploymentId, sentAt } of load.ledger) {
      const endedAt = waiting.has(tenantId) ? watch.endedAt(tenantId, deploymentId) : undefined;
      if (endedAt === undefined || endedAt <= since) continue;
      waiting.delete(tenantId);
      longest = Math.max(longest, endedAt - Math.max(since, sentAt));
    }
    return waiting.size === 0;
  };
  return (await took(since, answered, 'an answer for every calm tenant')) && longest;
}

/** How long after that all has ended that calm tenants had asked for until then, and of which Kafka is known to have it. */
async function untilDrained({ load, watch, sender }: Ground, since: number): Promise<number | undefined> {
  const open = new Map(
    load.ledger
      .filter((request) => CALM.includes(request.tenantId) && !sender.isUnheard(request))
      .map(({ tenantId, deploymentId }) => [deploymentId, tenantId]),
  );
  const drained = () => {
    for (const [deploymentId, tenantId] of open)
      if (watch.endedAt(tenantId, deploymentId) !== undefined) open.delete(deploymentId);
    return open.size === 0;
  };
  return took(since, drained, 'the end of everything that was open');
}

async function took(since: number, done: () => boolean, what: string): Promise<number | undefined> {
  const came = await waitFor(done, { what, timeoutMs: LOOKED_FOR_MS, everyMs: 100 }).catch(() => false);
  return came ? Date.now() - since : undefined;
}

export const OUTAGES = {
  'kafka-outage': outage('kafka'),
  'temporal-outage': outage('temporal'),
  'redis-outage': outage('redis'),
} satisfies Record<string, Fault>;
