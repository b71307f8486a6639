import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRequest, SINGLE_OBJECT, topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { waitFor } from '@vecino/testing';
import type { Laboratory } from './laboratory.js';
import { type Fleet, routerId, VERSIONS } from './simulated-routers.js';
import { readStatuses } from './status-reader.js';

const FIRST_START_WITHIN_MS = 60_000;
const ALL_BEGUN_WITHIN_MS = 300_000;
const LAST_END_WITHIN_MS = 600_000;

/** Upgrades that tenants ask for, each of the one simulated router that it has. */
export interface TenantWork {
  /**
   * The first `count` tenants have an upgrade under way from now on; resolves `forMs` after each has begun one.
   * The function given back ends that, waits for what runs, and says how many upgrades succeeded; it throws where one did not.
   */
  keepBusy(count: number, forMs: number): Promise<() => Promise<number>>;
  /** One request of the n-th tenant: milliseconds from handing the record to Kafka to reading its `STARTED`. */
  started(n: number): Promise<number>;
  /** Resolves when every request that `started` made has ended. */
  allEnded(): Promise<void>;
  close(): Promise<void>;
}

export async function openTenantWork(
  lab: Laboratory,
  topicPrefix: string,
  tenantIds: readonly string[],
  fleet: Fleet,
): Promise<TenantWork> {
  const startedAt = new Map<string, number>();
  const ends = new Map<string, string>();
  const stopReading = await readStatuses(lab.kafka, topicPrefix, tenantIds, (status) => {
    if (status.state === 'STARTED') startedAt.set(status.deploymentId, status.seenAt);
    if (isTerminalState(status.state)) ends.set(status.deploymentId, status.state);
  });
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  const probes: string[] = [];
  const asked = tenantIds.map(() => 0);
  const ask = async (n: number): Promise<string> => {
    const time = (asked[n] as number) + 1;
    asked[n] = time;
    const request = {
      request_id: `upgrade-${n}-${time}`,
      tenant_id: tenantIds[n] as string,
      router_id: routerId(n),
      router_ip: fleet.addressOf(n),
      software_version: VERSIONS[time % VERSIONS.length] as string,
    };
    const message = { key: request.router_id, ...encodeRequest(request, SINGLE_OBJECT) };
    await producer.send({ topic: topics(topicPrefix).requests, messages: [message] });
    return request.request_id;
  };
  const ended = (id: string) =>
    waitFor(() => ends.get(id), { what: `the end of ${id}`, timeoutMs: LAST_END_WITHIN_MS, everyMs: 100 });

  return {
    async keepBusy(count, forMs) {
      let busy = true;
      let upgraded = 0;
      const tenant = async (n: number): Promise<void> => {
        while (busy) {
          const state = await ended(await ask(n));
          if (state !== 'SUCCEEDED') throw new Error(`an upgrade of tenant ${n} ended ${state}`);
          upgraded += 1;
        }
      };
      const all = Promise.all(Array.from({ length: count }, (_, n) => tenant(n)));
      all.catch(() => undefined);
      const begun = (): number => new Set([...startedAt.keys()].map((id) => id.split('-')[1])).size;
      await waitFor(() => begun() >= count, {
        what: `an upgrade of each of ${count} tenants`,
        timeoutMs: ALL_BEGUN_WITHIN_MS,
        everyMs: 100,
      });
      await sleep(forMs);
      return async () => {
        busy = false;
        await all;
        return upgraded;
      };
    },
    async started(n) {
      const sentAt = performance.now();
      const id = await ask(n);
      probes.push(id);
      const what = `the start of ${id}`;
      const seenAt = await waitFor(() => startedAt.get(id), {
        what,
        timeoutMs: FIRST_START_WITHIN_MS,
        everyMs: 2,
      });
      return seenAt - sentAt;
    },
    async allEnded() {
      for (const id of probes)
        if ((await ended(id)) !== 'SUCCEEDED') throw new Error(`${id} ended ${String(ends.get(id))}`);
    },
    async close() {
      await producer.disconnect();
      await stopReading();
    },
  };
}
