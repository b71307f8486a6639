import { setTimeout as sleep } from 'node:timers/promises';
import { flushRedis } from '@vecino/testing';
import { type TenantPlan } from './tenant-plan.js';
import { type TenantPlatform } from './tenant-platform.js';

/** What is done to a running platform. Frozen is stopped by SIGSTOP and goes on by SIGCONT. */
export type Fault =
  | { readonly kind: 'kill' | 'freeze'; readonly service: string }
  | { readonly kind: 'kill-redis' | 'freeze-redis' | 'flush-redis' };

export const describeFault = (fault: Fault): string => {
  switch (fault.kind) {
    case 'kill':
    case 'freeze':
      return `${fault.kind} ${fault.service}`;
    case 'kill-redis':
    case 'freeze-redis':
    case 'flush-redis':
      return fault.kind;
  }
};

/** Longer than any heartbeat of a short step and any session: others have taken over what the frozen one had. */
const FROZEN_MS = 35_000;

/**
 * Breaks it, and mends it as soon as `seen` resolves: what is meant to go on must do so while it is broken. Gives back from
 * when to when it was broken.
 */
export async function strike(
  { path }: TenantPlatform,
  fault: Fault,
  seen: () => Promise<void>,
): Promise<{ readonly from: number; readonly to: number }> {
  const { platform } = path;
  const from = Date.now();
  switch (fault.kind) {
    case 'kill': {
      const service = platform.service(fault.service);
      await service.kill('SIGKILL');
      await seen();
      await service.restart();
      break;
    }
    case 'freeze': {
      const { process } = platform.service(fault.service);
      await frozen(process, seen);
      break;
    }
    case 'kill-redis': {
      const redis = redisOf(platform);
      redis.process?.signal('SIGKILL');
      await redis.process?.exited;
      await seen();
      await redis.restart?.();
      break;
    }
    case 'freeze-redis':
      await frozen(redisOf(platform).process, seen);
      break;
    case 'flush-redis':
      await flush(platform);
      await seen();
      break;
  }
  return { from, to: Date.now() };
}

/** How long it lasts is the subject: no condition says that enough time has passed. */
async function frozen(
  process: { signal(signal: NodeJS.Signals): void } | undefined,
  seen: () => Promise<void>,
): Promise<void> {
  process?.signal('SIGSTOP');
  try {
    await Promise.all([seen(), sleep(FROZEN_MS)]);
  } finally {
    process?.signal('SIGCONT');
  }
}

function flush({ env }: TenantPlatform['path']['platform']): Promise<void> {
  const { hostname, port } = new URL(env['REDIS_URL'] ?? '');
  return flushRedis(Number(port), hostname);
}

function redisOf({ stack }: TenantPlatform['path']['platform']) {
  const redis = stack.parts.find(({ name }) => name === 'redis');
  if (redis === undefined) throw new Error('no Redis runs: put redis-server on the PATH');
  return redis;
}

/** The tenants whose requests a fault may hold up; those of all others must go on. */
export function concernedBy(fault: Fault, tenants: readonly TenantPlan[]): string[] {
  switch (fault.kind) {
    case 'kill-redis':
    case 'freeze-redis':
    case 'flush-redis':
      return idsOf(tenants);
    case 'kill':
    case 'freeze':
      return concernedByService(fault.service, tenants);
  }
}

function concernedByService(service: string, tenants: readonly TenantPlan[]): string[] {
  const own = tenants.filter(({ id }) => service === `worker-dedicated-${id}`);
  if (own.length > 0) return idsOf(own);
  if (service.startsWith('worker-shared'))
    return idsOf(tenants.filter(({ route }) => route === 'pooled' || route === 'queue'));
  return idsOf(tenants);
}

const idsOf = (tenants: readonly TenantPlan[]): string[] => tenants.map(({ id }) => id);
