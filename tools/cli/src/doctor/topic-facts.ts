import { setTimeout as delay } from 'node:timers/promises';
import { planTopics, withAdmin } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment } from '../platform-access.js';

const ANSWER_WITHIN_MS = 5_000;

/** Of the topics that provisioning makes. */
export interface TopicFacts {
  readonly planned: number;
  /** Those that Kafka does not show. */
  readonly missing: readonly string[];
}

/** Undefined where no Kafka is named, or it does not say in time. */
export async function topicFacts(env: PlatformEnvironment): Promise<TopicFacts | undefined> {
  if (!env['KAFKA_BROKERS']) return undefined;
  const late = delay(ANSWER_WITHIN_MS, undefined, { ref: false });
  // That Kafka is away is told where it is asked itself.
  return Promise.race([lookForTopics(env).catch(() => undefined), late]);
}

async function lookForTopics(env: PlatformEnvironment): Promise<TopicFacts> {
  const there = new Set(await withAdmin(kafkaOf(env), (admin) => admin.listTopics()));
  const planned = planTopics(1, env['VECINO_TOPIC_PREFIX']).map(({ name }) => name);
  return { planned: planned.length, missing: planned.filter((name) => !there.has(name)) };
}
