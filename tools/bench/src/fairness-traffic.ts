import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@vecino/contracts';
import { waitFor } from '@vecino/testing';
import type { BenchPlatform } from './bench-platform.js';
import { type Laboratory, requestRecord } from './laboratory.js';
import { readStatuses } from './status-reader.js';
import { readWorkLogs } from './timed-activities.js';

/** Tenant 0 is the noisy one. Rates are requests per second; nothing before `warmSeconds` counts. */
export interface Traffic {
  readonly quietPerSecond: number;
  /** 0: the noisy tenant is absent. */
  readonly floodPerSecond: number;
  readonly warmSeconds: number;
  readonly measureSeconds: number;
  /** How long after its end a request may still start; what has not by then counts with the time it has waited. */
  readonly lateSeconds: number;
}

/** What the quiet tenants felt, in milliseconds from handing the record to Kafka. */
export interface Felt {
  /** To reading `STARTED` from Kafka. */
  readonly started: readonly number[];
  /** To the begin of the deployment's first activity. */
  readonly working: readonly number[];
  /** Requests that had not started, or whose activity had not begun, when the wait was over. */
  readonly notStarted: number;
  readonly notWorking: number;
}

const FLOOD_EVERY_MS = 100;

const epochNow = (): number => performance.timeOrigin + performance.now();

/** Sends the traffic, and follows the quiet tenants' requests to their start and to the begin of their work. */
export async function feel(
  lab: Laboratory,
  platform: BenchPlatform,
  tenantIds: readonly string[],
  traffic: Traffic,
): Promise<Felt> {
  const { topicPrefix } = platform;
  const topic = topics(topicPrefix).requests;
  const startedAt = new Map<string, number>();
  const stopReading = await readStatuses(lab.kafka, topicPrefix, tenantIds, (status) => {
    if (status.state === 'STARTED' && !startedAt.has(status.deploymentId))
      startedAt.set(status.deploymentId, performance.timeOrigin + status.seenAt);
  });
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  const sentAt = new Map<string, number>();
  const sends: Promise<unknown>[] = [];
  const requestOf = (tenant: number, n: number) => {
    const id = `r-${tenant}-${n}`;
    return { id, ...requestRecord(tenantIds, n * tenantIds.length + tenant, { request_id: id }) };
  };
  const begin = performance.now();
  const counted = begin + traffic.warmSeconds * 1_000;
  const end = counted + traffic.measureSeconds * 1_000;
  const quiet = async (): Promise<void> => {
    const tenants = tenantIds.length - 1;
    const everyMs = 1_000 / (traffic.quietPerSecond * tenants);
    for (let n = 0, due = begin; due < end; n++, due += everyMs) {
      await sleep(Math.max(0, due - performance.now()));
      const { id, ...message } = requestOf(1 + (n % tenants), Math.floor(n / tenants));
      if (due >= counted) sentAt.set(id, epochNow());
      sends.push(producer.send({ topic, messages: [message] }));
    }
  };
  const noisy = async (): Promise<void> => {
    const perTick = (traffic.floodPerSecond * FLOOD_EVERY_MS) / 1_000;
    for (let tick = 0, due = begin, n = 0; due < end; tick++, due += FLOOD_EVERY_MS) {
      await sleep(Math.max(0, due - performance.now()));
      const messages = [];
      for (; n < Math.floor((tick + 1) * perTick); n++) messages.push(requestOf(0, n));
      if (messages.length > 0) sends.push(producer.send({ topic, messages }));
    }
  };
  await Promise.all([quiet(), noisy()]);
  await Promise.all(sends);
  const ids = [...sentAt.keys()];
  const late = { what: 'the last start', timeoutMs: traffic.lateSeconds * 1_000, everyMs: 200 };
  await waitFor(() => ids.every((id) => startedAt.has(id)), late).catch(() => undefined);
  const until = epochNow();
  const workingAt = new Map<string, number>();
  for (const { kind, deploymentId, at } of readWorkLogs(platform.workLogs))
    if (kind === 'begin' && !workingAt.has(deploymentId)) workingAt.set(deploymentId, at);
  await producer.disconnect();
  await stopReading();
  const waits = (reached: ReadonlyMap<string, number>): number[] =>
    ids.map((id) => (reached.get(id) ?? until) - (sentAt.get(id) as number));
  const missing = (reached: ReadonlyMap<string, number>): number =>
    ids.filter((id) => !reached.has(id)).length;
  return {
    started: waits(startedAt),
    working: waits(workingAt),
    notStarted: missing(startedAt),
    notWorking: missing(workingAt),
  };
}
