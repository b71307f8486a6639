import { waitFor } from '@vecino/testing';
import { judgePoison, mayStillCome, type PoisonViolation } from './judge-poison.js';
import { OffsetWatch } from './offset-watch.js';
import type { PoisonClass } from './poison-class.js';
import { planLast, planPoison, type PoisonPlanOptions } from './poison-plan.js';
import type { PoisonPlatform } from './poison-platform.js';
import { watchPlatform } from './poison-watch.js';
import { sendPlanned, type SentRecord } from './send-planned.js';
import { KafkaSocket } from './wire/kafka-socket.js';

export interface PoisonRunOptions {
  readonly seed: string;
  readonly classes: readonly PoisonClass[];
  /** Records of each class. */
  readonly each: number;
  /** Good requests of each tenant for each record of a class. */
  readonly good: number;
  readonly timeoutMs: number;
}

export interface PoisonReport {
  readonly sent: number;
  readonly letters: number;
  readonly statuses: number;
  /** From the first record to when all was as it must be. */
  readonly tookMs: number;
  /** The longest time that a partition stood still, and at which record. */
  readonly longestStandstill: { readonly ms: number; readonly record: SentRecord } | undefined;
  /** Records that the committed offsets never passed. */
  readonly uncommitted: number;
  readonly violations: readonly PoisonViolation[];
}

/** Of records that ingest has yet to pass: where more wait, a partition that stands still says nothing of the record at its head. */
const MOST_ROUNDS_WAITING = 1;

/** Sends every class among good requests as fast as they are taken in, waits until all is as it must be, and judges. */
export async function runPoison(platform: PoisonPlatform, options: PoisonRunOptions): Promise<PoisonReport> {
  const { clusterId: cluster, names, partitions } = platform;
  const plan: PoisonPlanOptions = { ...options, partitions };
  const kafka = await KafkaSocket.open(platform.broker);
  const watch = await watchPlatform(platform);
  const offsets = await OffsetWatch.start(platform);
  const began = performance.now();
  try {
    const sent: SentRecord[] = [];
    const mostWaiting = MOST_ROUNDS_WAITING * options.classes.length;
    for (const round of [...planPoison(plan), planLast(plan)]) {
      await waitFor(() => offsets.uncommitted <= mostWaiting, { timeoutMs: options.timeoutMs, everyMs: 50 });
      const now = await sendPlanned({ kafka, cluster, topic: names.requests }, round);
      offsets.expect(now);
      sent.push(...now);
    }
    const judge = async () => judgePoison(sent, await watch.look(), names.requests);
    const done = async () => offsets.uncommitted === 0 && !(await judge()).some(mayStillCome);
    // What has not come by then is in the verdict.
    await waitFor(done, { timeoutMs: options.timeoutMs, everyMs: 300 }).catch(() => undefined);
    const { letters, statuses } = await watch.look();
    return {
      sent: sent.length,
      letters: letters.length,
      statuses: statuses.length,
      tookMs: Math.round(performance.now() - began),
      longestStandstill: offsets.longest,
      uncommitted: offsets.uncommitted,
      violations: await judge(),
    };
  } finally {
    await offsets.stop();
    watch.close();
    kafka.close();
  }
}
