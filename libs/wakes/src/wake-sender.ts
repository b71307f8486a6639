import { topics } from '@vecino/contracts';
import { type Clock, systemClock } from '@vecino/foundation';
import type { BatchProducer } from '@vecino/messaging';

/** Far below the time that a Worker stays after the last wake: what is signalled while no wake is written still finds one. */
export const WAKE_THROTTLE_MS = 10_000;

const AWAKE = 'awake';

/** Says which tenants' gates have work, and which have none any more. */
export interface WakeSender {
  /**
   * Resolves when it is written that the tenant has work, which may have been up to ten seconds ago.
   *
   * @throws ProduceError
   */
  wake(tenantId: string): Promise<void>;
  /** The same, and it is written now. */
  wakeAnew(tenantId: string): Promise<void>;
  /**
   * Resolves when it is written that the tenant's gate has nothing to do and is served by nobody.
   *
   * @throws ProduceError
   */
  asleep(tenantId: string): Promise<void>;
}

export interface WakeSenderDependencies {
  readonly producer: Pick<BatchProducer, 'send'>;
  readonly topicPrefix: string;
  readonly throttleMs?: number;
  readonly clock?: Clock;
}

export function createWakeSender(deps: WakeSenderDependencies): WakeSender {
  const { producer, throttleMs = WAKE_THROTTLE_MS, clock = systemClock } = deps;
  const topic = topics(deps.topicPrefix).wakes;
  /** When the last wake of a tenant was begun to be written that then was. */
  const written = new Map<string, number>();
  const writing = new Map<string, Promise<void>>();

  async function write(tenantId: string): Promise<void> {
    const begun = clock.now();
    await producer.send([{ topic, key: tenantId, value: AWAKE }]);
    written.set(tenantId, begun);
  }

  function wakeAnew(tenantId: string): Promise<void> {
    const under = writing.get(tenantId);
    if (under !== undefined) return under;
    const one = write(tenantId).finally(() => writing.delete(tenantId));
    writing.set(tenantId, one);
    return one;
  }

  return {
    wake(tenantId) {
      const last = written.get(tenantId);
      if (last !== undefined && clock.now() - last < throttleMs) return Promise.resolve();
      return wakeAnew(tenantId);
    },
    wakeAnew,
    async asleep(tenantId) {
      // From here on nobody may take it for written.
      written.delete(tenantId);
      await producer.send([{ topic, key: tenantId, value: null }]);
    },
  };
}
