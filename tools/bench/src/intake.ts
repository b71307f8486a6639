import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@vecino/contracts';
import type { Service } from '@vecino/devstack';
import type { KafkaClient } from '@vecino/messaging';
import { type Admin, KafkaJSProtocolError } from 'kafkajs';
import type { Bench, BenchContext } from './bench.js';
import { type Laboratory, openLaboratory, produceRequests } from './laboratory.js';
import { cut, type Round, spreadOf } from './report.js';

const TENANTS = 10;
/** One start per record takes seconds for a thousand; batches need more records to measure anything. */
const NAIVE_REQUESTS = 1_500;
const OUR_REQUESTS = 60_000;

const OURS = { entry: 'services/ingest/dist/main.js', requests: OUR_REQUESTS };
const NAIVE = { entry: 'tools/bench/dist/naive-ingest.js', requests: NAIVE_REQUESTS };

/** Requests/s from Kafka to durable in Temporal, no workers running: by the offsets that each side commits. */
export const intake: Bench = {
  name: 'intake',
  summary: 'requests/s from Kafka to durable in Temporal: one start per record against one signal per batch',
  defaultRounds: 5,
  async run(context: BenchContext) {
    const lab = await openLaboratory(context.progress);
    try {
      await intakeRate(lab, 'warm', { ...NAIVE, requests: 300 });
      await intakeRate(lab, 'warm2', { ...OURS, requests: 10_000 });
      const rounds: Round[] = [];
      for (let n = 0; n < context.rounds; n++) {
        const naive = await intakeRate(lab, `naive${n}`, NAIVE);
        const ours = await intakeRate(lab, `ours${n}`, OURS);
        rounds.push({ naive_per_s: cut(naive), ours_per_s: cut(ours), ratio: cut(ours / naive) });
        context.print(
          `round ${n + 1}: one start per record ${cut(naive, 0)}/s, ours ${cut(ours, 0)}/s, ratio ${cut(ours / naive, 1)}`,
        );
      }
      return {
        rounds,
        ratio: spreadOf(rounds, 'ratio'),
        figures: {
          naive_per_s: spreadOf(rounds, 'naive_per_s'),
          ours_per_s: spreadOf(rounds, 'ours_per_s'),
          naive_requests: NAIVE_REQUESTS,
          our_requests: OUR_REQUESTS,
          tenants: TENANTS,
        },
      };
    } finally {
      await lab.close();
    }
  },
};

export interface IntakeSide {
  readonly entry: string;
  readonly requests: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Something to be done beside, from when the program runs until what it returns is called. */
  readonly beside?: (services: readonly Service[]) => () => Promise<void>;
}

/** Requests per second, from when the program had joined its group until all are committed. */
export async function intakeRate(lab: Laboratory, name: string, side: IntakeSide): Promise<number> {
  const topicPrefix = `${name}.`;
  const tenants = await lab.writeTenants(name, TENANTS, { cap: 10 });
  await lab.provision(topicPrefix);
  await produceRequests(lab.kafka, topicPrefix, tenants.ids, side.requests);
  const service = await lab.run(name, side.entry, {
    VECINO_TOPIC_PREFIX: topicPrefix,
    VECINO_TENANTS_FILE: tenants.file,
    ...side.env,
  });
  // From when it had joined its group, by its own clock, until the last commit is seen.
  const readyAt = Date.parse(String(service.readyLine['time']));
  const stopBeside = side.beside?.([service]);
  const doneAt = await whenCommitted(lab.kafka, topicPrefix, side.requests);
  await stopBeside?.();
  await service.stop();
  return (side.requests * 1_000) / (doneAt - readyAt);
}

/** Epoch milliseconds at which the group's committed offsets were seen to cover everything. */
async function whenCommitted(kafka: KafkaClient, topicPrefix: string, total: number): Promise<number> {
  const admin = kafka.kafka.admin();
  await admin.connect();
  const topic = topics(topicPrefix).requests;
  try {
    while ((await committedRecords(admin, `${topicPrefix}vecino-ingest`, topic)) < total) await sleep(10);
    return Date.now();
  } finally {
    await admin.disconnect();
  }
}

/** Sum of the group's committed offsets; 0 while the group's coordinator is still being found. */
async function committedRecords(admin: Admin, groupId: string, topic: string): Promise<number> {
  try {
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  } catch (error) {
    if (error instanceof KafkaJSProtocolError && error.retriable) return 0;
    throw error;
  }
}
