import { setTimeout as sleep } from 'node:timers/promises';
import { createSlots, type Slots } from '@vecino/foundation';

/** After a signal its gate rests from us for so many times as long as the signal took, but not for longer than this. */
const REST_FACTOR = 3;
const LONGEST_REST_MS = 2_000;
/** For how long an empty signal is paid for. Temporal sustains about 5 a second to one workflow; whoever shares it with others gets 2. */
const SIGNAL_COST_MS = 500;
/** So much may be owed before a signal has to wait: a burst over as many partitions as the topic has goes at once. */
const CREDIT_MS = 12 * SIGNAL_COST_MS;

interface Gate {
  readonly turns: Slots;
  users: number;
  /** By `performance.now`: until when what was sent is paid for, as in the generic cell rate algorithm (ITU-T I.371). */
  paidAt: number;
}

/**
 * One signal at a time to each gate, over all partitions, with a rest after each. Temporal changes a workflow under a lock, for
 * which calls go first: a flood of signals, each sent as soon as the one before is taken, would keep the gate's own activities and
 * children from being started. And each signal has the gate decide, publish and be written to its history, work of the server that
 * everybody shares: the emptier its signals, the longer a tenant waits that sends many. What comes meanwhile goes together into the
 * next signals.
 */
export class GateTurns {
  readonly #gates = new Map<string, Gate>();

  /** Resolves as soon as the call does; the rest is others' to wait for. `fullness` of the signal: 0 to 1. */
  async use(tenantId: string, fullness: number, call: () => Promise<void>): Promise<void> {
    const gate = this.#gates.get(tenantId) ?? { turns: createSlots(1), users: 0, paidAt: 0 };
    this.#gates.set(tenantId, gate);
    gate.users += 1;
    await new Promise<void>((resolve, reject) => {
      void gate.turns
        .use(async () => {
          await pause(gate.paidAt - CREDIT_MS - performance.now());
          const began = performance.now();
          gate.paidAt = Math.max(gate.paidAt, began) + SIGNAL_COST_MS * (1 - fullness);
          try {
            await call();
            resolve();
          } catch (err) {
            reject(err as Error);
          }
          await pause(Math.min(LONGEST_REST_MS, REST_FACTOR * (performance.now() - began)));
        })
        .finally(() => this.#leave(tenantId, gate));
    });
  }

  /** A gate is remembered until all its signals are paid for. */
  #leave(tenantId: string, gate: Gate): void {
    gate.users -= 1;
    void pause(gate.paidAt - performance.now()).then(() => {
      if (gate.users === 0 && this.#gates.get(tenantId) === gate && gate.paidAt <= performance.now())
        this.#gates.delete(tenantId);
    });
  }
}

const pause = async (ms: number): Promise<void> => {
  if (ms > 0) await sleep(ms, undefined, { ref: false });
};
