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
/** Waited for all the same, so that it is known how long it took. */
const LOOKED_FOR_MS = 120_000;

const outage = (name: StackPart): Fault => ({
  summary: `${name} is away for ${AWAY_MS / 1_000} s; ${RECOVERED_WITHIN_MS / 1_000} s after its return tenants are answered again`,
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
    const recoveredMs = await untilAnswered(ground, to);
    const late = recoveredMs === undefined || recoveredMs > RECOVERED_WITHIN_MS;
    const took = recoveredMs === undefined ? 'not recovered' : `recovered ${recoveredMs} ms after its return`;
    return {
      from,
      to,
      effect: exit.signal === 'SIGKILL' ? `${name} away for ${AWAY_MS / 1_000} s, ${took}` : undefined,
      ...(late && { complaint: took }),
    };
  },
});

/** How long after that each calm tenant has had something answered; undefined where one has not for very long. */
async function untilAnswered({ watch }: Ground, since: number): Promise<number | undefined> {
  const waiting = new Set(CHAOS_TENANTS.filter(({ manner }) => manner === 'calm').map(({ id }) => id));
  const before = new Map([...waiting].map((id) => [id, watch.ended(id)]));
  const answered = await waitFor(
    () => {
      for (const id of waiting) if (watch.ended(id) > (before.get(id) ?? 0)) waiting.delete(id);
      return waiting.size === 0;
    },
    { what: 'an answer for every calm tenant', timeoutMs: LOOKED_FOR_MS, everyMs: 100 },
  ).catch(() => false);
  return answered ? Date.now() - since : undefined;
}

export const OUTAGES = {
  'kafka-outage': outage('kafka'),
  'temporal-outage': outage('temporal'),
  'redis-outage': outage('redis'),
} satisfies Record<string, Fault>;
