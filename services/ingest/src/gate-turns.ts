import { setTimeout as sleep } from 'node:timers/promises';
import { createSlots, type Slots } from '@vecino/foundation';

/** After a signal its gate rests from us for so many times as long as the signal took, but not for longer than this. */
const REST_FACTOR = 3;
const LONGEST_REST_MS = 2_000;

/**
 * One signal at a time to each gate, over all partitions, with a rest after each. Temporal changes a workflow under a lock, for
 * which calls go first: a flood of signals, each sent as soon as the one before is taken, would keep the gate's own activities and
 * children from being started. What comes meanwhile goes together into the next signals.
 */
export class GateTurns {
  readonly #gates = new Map<string, { readonly turns: Slots; users: number }>();

  /** Resolves as soon as the call does; the rest is others' to wait for. */
  async use(tenantId: string, call: () => Promise<void>): Promise<void> {
    const gate = this.#gates.get(tenantId) ?? { turns: createSlots(1), users: 0 };
    this.#gates.set(tenantId, gate);
    gate.users += 1;
    await new Promise<void>((resolve, reject) => {
      void gate.turns
        .use(async () => {
          const began = performance.now();
          try {
            await call();
            resolve();
          } catch (err) {
            reject(err as Error);
          }
          await sleep(Math.min(LONGEST_REST_MS, REST_FACTOR * (performance.now() - began)), undefined, {
            ref: false,
          });
        })
        .finally(() => {
          gate.users -= 1;
          if (gate.users === 0) this.#gates.delete(tenantId);
        });
    });
  }
}
