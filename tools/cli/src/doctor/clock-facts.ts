import { topics } from '@vecino/contracts';
import { fetchRecord, withAdmin } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment } from '../platform-access.js';

/** A clock that differs from this machine's. */
export interface ClockSkew {
  readonly who: string;
  /** How far it is ahead of ours; negative: behind. */
  readonly aheadMs: number;
}

/** HTTP says whole seconds, and the way there takes its time. */
const TOLERATED_MS = 2_000;
const ANSWER_WITHIN_MS = 3_000;

/** What servers and records say of the time, where they can be asked; nothing of a clock that agrees. */
export async function clockSkews(env: PlatformEnvironment): Promise<ClockSkew[]> {
  const asked = await Promise.all(
    [temporalSkew(env), kafkaSkew(env)].map((asking) => asking.catch(() => undefined)),
  );
  return asked.filter((skew) => skew !== undefined);
}

/** gRPC says no time; the web server of its UI does, and runs beside it. */
async function temporalSkew(env: PlatformEnvironment): Promise<ClockSkew | undefined> {
  const url = env['TEMPORAL_UI_URL'];
  if (!url) return undefined;
  const before = Date.now();
  const { headers } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const after = Date.now();
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return undefined;
  const aheadMs = skewOf(theirs, before, after);
  return Math.abs(aheadMs) <= TOLERATED_MS ? undefined : { who: `Temporal (its UI at ${url})`, aheadMs };
}

/** Pure: how far a clock that said a whole second between two moments of ours is outside of these. */
export function skewOf(theirs: number, before: number, after: number): number {
  const earliest = before - 1_000;
  if (theirs > after) return theirs - after;
  return theirs < earliest ? theirs - earliest : 0;
}

/** Kafka says no time either; but it dates requests itself, by its own clock: one of the future tells that this is ahead of ours. */
async function kafkaSkew(env: PlatformEnvironment): Promise<ClockSkew | undefined> {
  if (!env['KAFKA_BROKERS']) return undefined;
  const kafka = kafkaOf(env);
  const topic = topics(env['VECINO_TOPIC_PREFIX']).requests;
  const now = Date.now();
  const [bounds, later] = await withAdmin(kafka, (admin) =>
    Promise.all([
      admin.fetchTopicOffsets(topic),
      admin.fetchTopicOffsetsByTimestamp(topic, now + TOLERATED_MS),
    ]),
  );
  for (const { partition, high } of bounds) {
    const found = later.find((one) => one.partition === partition);
    // Where there is none, the end of the partition is answered.
    if (found === undefined || Number(found.offset) >= Number(high)) continue;
    const record = await fetchRecord(kafka, { topic, partition, offset: Number(found.offset) });
    if (record !== undefined && record.timestamp > now)
      return { who: `Kafka (by ${topic}/${partition}/${found.offset})`, aheadMs: record.timestamp - now };
  }
  return undefined;
}
