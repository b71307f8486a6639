import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ManagedProcess, type Service } from '@vecino/devstack';
import { type TenantPlan } from '@vecino/path-tests';
import { waitFor } from '@vecino/testing';
import { during, everybody, type Fault } from '../fault.js';
import { type Ground, openRequests, servicesOf } from '../ground.js';

/** Longer than a consumer's session, so that others have taken over when it goes on. */
const SESSION_MS = 8_000;
/** Longer than the heartbeat of a short step. */
const HEARTBEAT_MS = 26_000;
const OPEN_WITHIN_MS = 10_000;

const pooledOrQueue = (tenants: readonly TenantPlan[]): string[] =>
  everybody(tenants.filter(({ route }) => route === 'pooled' || route === 'queue'));
const withOwnWorker = (tenants: readonly TenantPlan[]): string[] =>
  everybody(tenants.filter(({ route }) => route === 'dedicated' || route === 'namespace'));

const named = (prefix: string) => (name: string) => name.startsWith(prefix);

/** One of the running instances. */
function oneOf({ platform, choices }: Ground, prefix: string): Service {
  const all = platform.path.platform.services.filter(({ name }) => named(prefix)(name));
  if (all.length === 0) throw new Error(`no ${prefix} runs`);
  return choices.pick(all);
}

/** How many requests are open, where need be a moment later: while there are none, nobody would feel a fault. */
const someOpen = (ground: Ground): Promise<number> =>
  waitFor(
    () => {
      const open = openRequests(ground);
      return open > 0 && open;
    },
    { what: 'an open request', timeoutMs: OPEN_WITHIN_MS, everyMs: 50 },
  ).catch(() => 0);

const kill = (prefix: string, concerns: Fault['concerns']): Fault => ({
  summary: `kill -9 of one ${prefix}, which is started again after a while`,
  concerns,
  async strike(ground) {
    const open = await someOpen(ground);
    return during(async () => {
      const service = oneOf(ground, prefix);
      const exit = await service.kill('SIGKILL');
      await sleep(ground.choices.below(6_000));
      await service.restart();
      return exit.signal === 'SIGKILL' && open > 0
        ? `${service.name} killed with ${open} requests open`
        : undefined;
    });
  },
});

const freeze = (prefix: string, forMs: number, concerns: Fault['concerns']): Fault => ({
  summary: `one ${prefix} stands still for more than ${Math.floor(forMs / 1_000)} s, then goes on`,
  concerns,
  async strike(ground) {
    const open = await someOpen(ground);
    return during(async () => {
      const service = oneOf(ground, prefix);
      const stopped = await standStill(service.process, forMs + ground.choices.below(6_000));
      return stopped && open > 0 ? `${service.name} stopped with ${open} requests open` : undefined;
    });
  },
});

/** How long it lasts is the subject: no condition says that enough time has passed. Tells whether it stood still to the end. */
export async function standStill(process: ManagedProcess, forMs: number): Promise<boolean> {
  process.signal('SIGSTOP');
  try {
    await sleep(forMs);
    return stateOf(process.pid) === 'T';
  } finally {
    process.signal('SIGCONT');
  }
}

/** The letter of proc_pid_stat(5). */
function stateOf(pid: number): string | undefined {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

const rolling: Fault = {
  summary: 'SIGTERM and a new start of every service, one after the other',
  concerns: everybody,
  strike: ({ platform }) =>
    during(async () => {
      const services = servicesOf(platform);
      const ended: string[] = [];
      for (const service of services) {
        const { process } = service;
        await service.restart();
        if (process.exit?.code === 0) ended.push(service.name);
      }
      return ended.length === services.length ? `${ended.length} ended by themselves with code 0` : undefined;
    }),
};

export const PROCESS_FAULTS = {
  'kill-ingest': kill('ingest', everybody),
  'kill-worker-shared': kill('worker-shared', pooledOrQueue),
  'kill-worker-dedicated': kill('worker-dedicated', withOwnWorker),
  'kill-status-projector': kill('status-projector', everybody),
  'freeze-ingest': freeze('ingest', SESSION_MS, everybody),
  'freeze-worker-shared': freeze('worker-shared', HEARTBEAT_MS, pooledOrQueue),
  'freeze-worker-dedicated': freeze('worker-dedicated', HEARTBEAT_MS, withOwnWorker),
  'freeze-status-projector': freeze('status-projector', HEARTBEAT_MS, everybody),
  'rolling-restart': rolling,
} satisfies Record<string, Fault>;
