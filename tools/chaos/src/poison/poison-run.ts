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

/**
 * Sends every class among good requests, a round when the one before has ended as it must: behind a backlog, a partition that
 * stands still would say nothing of the record at its head. Then judges all of them.
 */
export async function runPoison(platform: PoisonPlatform, options: PoisonRunOptions): Promise<PoisonReport> {
  const { clusterId: cluster, names, partitions } = platform;
  const plan: PoisonPlanOptions = { ...options, partitions };
  const kafka = await KafkaSocket.open(platform.broker);
  const watch = await watchPlatform(platform);
  const offsets = await OffsetWatch.start(platform);
  const began = performance.now();
  try {
    const sent: SentRecord[] = [];
    const hasEnded = async (round: readonly SentRecord[]): Promise<boolean> =>
      offsets.uncommitted === 0 && !judgePoison(round, await watch.look(), names.requests).some(mayStillCome);
    for (const planned of [...planPoison(plan), planLast(plan)]) {
      const round = await sendPlanned({ kafka, cluster, topic: names.requests }, planned);
      offsets.expect(round);
      sent.push(...round);
      // What has not come by then is in the verdict.
      if (!(await comes(() => hasEnded(round), options.timeoutMs))) break;
    }
    const observed = await watch.look();
    return {
      sent: sent.length,
      letters: observed.letters.length,
      statuses: observed.statuses.length,
      tookMs: Math.round(performance.now() - began),
      longestStandstill: offsets.longest,
      uncommitted: offsets.uncommitted,
      violations: judgePoison(sent, observed, names.requests),
    };
  } finally {
    await offsets.stop();
    watch.close();
    kafka.close();
  }
}

const comes = (condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> =>
  waitFor(condition, { timeoutMs, everyMs: 200 }).catch(() => false);
