import { type Progress } from '@vecino/devstack';
import {
  type Choices,
  type RequestLoad,
  seededChoices,
  startLoad,
  startTenantPlatform,
  type StatusWatch,
  watchStatuses,
} from '@vecino/path-tests';
import { waitFor } from '@vecino/testing';
import { breakFor, type Campaign, type Trial } from './campaign.js';
import { CHAOS_TENANTS, streamOf } from './chaos-tenants.js';
import { type FaultKind } from './fault.js';
import { type Ground } from './ground.js';
import { Operator } from './operator.js';
import { inSecondRack, openRack } from './rack.js';
import { controlOf } from './router-control.js';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: string;
  readonly kinds: readonly FaultKind[];
  /** How many times the load of a rate of 1, which is about 6 requests a second. */
  readonly rate: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly print: (line: string) => void;
}

export interface Ended {
  readonly ground: Ground;
  readonly campaign: Campaign;
  readonly operator: Operator;
}

const MINUTE_MS = 60_000;
const ALL_ENDED_WITHIN_MS = 10 * MINUTE_MS;
const LOOK_EVERY_MS = 10_000;

/** Starts a platform of its own, puts it under load, breaks it, lets it heal and drain, and gives what there is to be judged to `use`. */
export async function runChaos<T>(options: ChaosOptions, use: (ended: Ended) => Promise<T>): Promise<T> {
  const { seed, rate, print } = options;
  const choices = seededChoices(seed);
  const rack = await openRack();
  const closing: (() => Promise<unknown>)[] = [() => rack.close()];
  try {
    const platform = await startTenantPlatform({
      tenants: CHAOS_TENANTS,
      instances: { ingest: 2, 'worker-shared': 2, 'status-projector': 2 },
      // Each grant of the limiter is a line of its log.
      serviceEnv: { ingest: { VECINO_LOG_LEVEL: 'debug' } },
      instanceEnv: (name, env) => (inSecondRack(name) ? rack.leadTo(env) : {}),
      stack: { durable: true, kafkaAlias: rack.kafkaAlias },
      progress: options.progress,
    });
    closing.push(() => platform.stop());
    const producer = platform.path.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    closing.push(() => producer.disconnect());
    const absent = new Set<string>();
    const watching: { now?: StatusWatch } = {};
    const load = loadOf(
      producer,
      choices,
      rate,
      (id) => absent.has(id),
      () => watching.now,
    );
    closing.push(() => load.stop().catch(() => undefined));
    const watch = await watchStatuses(
      platform.path,
      CHAOS_TENANTS.map(({ id }) => id),
    );
    watching.now = watch;
    closing.push(() => watch.stop());
    const ground: Ground = { platform, rack, choices, load, watch, producer, extra: { poison: [] }, absent };
    const operator = new Operator(ground);
    const looking = setInterval(() => {
      void operator.lookAfterRouters();
      print(`  ${standing(ground)}`);
    }, LOOK_EVERY_MS);
    closing.push(() => Promise.resolve(clearInterval(looking)));
    const campaign = await breakFor(ground, options.kinds, {
      forMs: options.minutes * MINUTE_MS,
      signal: options.signal,
      told: (trial) => print(trialText(trial)),
    });
    await heal(ground);
    await load.stop();
    print(`healed; waiting for the end of everything: ${standing(ground)}`);
    await waitFor(() => options.signal.aborted || watch.ended() >= load.ledger.length, {
      what: 'the end of every request',
      timeoutMs: ALL_ENDED_WITHIN_MS,
      everyMs: 500,
    }).catch(() => print(`not all ended: ${standing(ground)}`));
    return await use({ ground, campaign, operator });
  } finally {
    for (const step of closing.toReversed()) await step();
  }
}

const loadOf = (
  producer: Ground['producer'],
  choices: Choices,
  rate: number,
  isAbsent: (id: string) => boolean,
  watch: () => StatusWatch | undefined,
): RequestLoad =>
  startLoad(
    producer,
    'chaos',
    CHAOS_TENANTS.map((tenant) =>
      streamOf(
        tenant,
        rate,
        choices,
        () => watch()?.ended(tenant.id) ?? 0,
        () => isAbsent(tenant.id),
      ),
    ),
  );

/** Everything runs, every wire is whole, and every router answers. */
async function heal(ground: Ground): Promise<void> {
  const { rack, platform } = ground;
  for (const link of [rack.kafka, rack.temporal, rack.redis]) link.heal();
  for (const part of platform.path.platform.stack.parts)
    if (part.process?.exit !== undefined) await part.restart?.();
  for (const service of platform.path.platform.services)
    if (service.process.exit !== undefined) await service.restart();
  const control = controlOf(ground);
  for (const { routerId, up } of await control.routers()) {
    await control.clearFaults(routerId);
    if (!up) await control.power(routerId, 'on');
  }
}

const standing = ({ load, watch, extra }: Ground): string =>
  `${load.ledger.length} sent, ${watch.ended()} ended, ${load.ledger.length - watch.ended()} open, ${extra.poison.length} poisoned`;

const trialText = ({ kind, from, to, effect, error }: Trial): string =>
  `${effect === undefined ? '✗' : '✓'} ${kind} (${Math.round((to - from) / 1_000)} s): ${effect ?? error ?? 'no effect'}`;
