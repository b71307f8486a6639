import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { waitFor } from '@vecino/testing';
import type { BenchPlatform } from './bench-platform.js';
import { type Laboratory, requestRecord } from './laboratory.js';
import { readStatuses } from './status-reader.js';

/** Requests on their way at once: a gate holds some 3,500 and refuses what comes on top. */
const ON_THEIR_WAY = 2_000;
const CHUNK = 200;
const PROGRESS_WITHIN_MS = 120_000;

/** The terminals of one tenant as its status topic tells them. */
export interface Endings {
  /** When each deployment's first terminal was seen. */
  readonly at: ReadonlyMap<string, number>;
  readonly states: ReadonlyMap<string, number>;
  /** Terminals that came again, word for word. */
  readonly repeats: number;
  /** Terminals that came again with something else in them: never to be. */
  readonly contradictions: number;
}

export interface GateFlow {
  readonly endings: Endings;
  /** Produces `count` requests, never more at once than a gate holds, and waits until each has ended. */
  pass(count: number, softwareVersion?: string): Promise<void>;
  /** Produces requests without waiting for their end. Returns their deployment ids. */
  produce(count: number, softwareVersion: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** Requests of one tenant through its gate, from Kafka to Kafka. */
export async function openGateFlow(
  lab: Laboratory,
  platform: BenchPlatform,
  tenantId: string,
): Promise<GateFlow> {
  const { topicPrefix } = platform;
  const at = new Map<string, number>();
  const events = new Map<string, string>();
  const states = new Map<string, number>();
  const endings = { at, states, repeats: 0, contradictions: 0 };
  const stopReading = await readStatuses(lab.kafka, topicPrefix, [tenantId], (status) => {
    const { deploymentId, state, eventId, seenAt } = status;
    if (!isTerminalState(state)) return;
    const known = events.get(deploymentId);
    const said = `${eventId} ${state}`;
    if (known === undefined) {
      events.set(deploymentId, said);
      at.set(deploymentId, seenAt);
      states.set(state, (states.get(state) ?? 0) + 1);
    } else if (known === said) endings.repeats += 1;
    else endings.contradictions += 1;
  });
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  let made = 0;
  const produce = async (count: number, softwareVersion: string): Promise<string[]> => {
    const ids = Array.from({ length: count }, (_, n) => `d-${made + n}`);
    await producer.send({
      topic: topics(topicPrefix).requests,
      messages: ids.map((request_id, n) =>
        requestRecord([tenantId], made + n, { request_id, software_version: softwareVersion }),
      ),
    });
    made += count;
    return ids;
  };
  const progress = async (ended: number): Promise<void> => {
    for (let seen = -1; at.size < ended && at.size !== seen;) {
      seen = at.size;
      await waitFor(() => at.size >= ended || at.size > seen, {
        what: `the end of deployment ${seen + 1} of ${ended}`,
        timeoutMs: PROGRESS_WITHIN_MS,
        everyMs: 5,
      });
    }
  };
  return {
    endings,
    produce,
    async pass(count, softwareVersion = '2.0.0') {
      const before = at.size;
      for (let sent = 0; sent < count;) {
        const chunk = Math.min(CHUNK, count - sent);
        await progress(before + sent + chunk - ON_THEIR_WAY);
        await produce(chunk, softwareVersion);
        sent += chunk;
        await sleep(0);
      }
      await progress(before + count);
    },
    async stop() {
      await producer.disconnect();
      await stopReading();
    },
  };
}
