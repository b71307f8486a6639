import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CommittedOffset } from '@vecino/audit';
import { type Progress } from '@vecino/devstack';
import { type TailRecord } from '@vecino/messaging';
import {
  seededChoices,
  startLoad,
  startTenantPlatform,
  type TenantPlatform,
  type StatusWatch,
  watchStatuses,
} from '@vecino/path-tests';
import { waitFor } from '@vecino/testing';
import { breakFor, type Campaign, type Trial } from './campaign.js';
import { CHAOS_TENANTS, streamOf } from './chaos-tenants.js';
import { watchCommits } from './commit-watch.js';
import { type FaultKind } from './fault.js';
import { type Ground, servicesOf } from './ground.js';
import { HonestSender } from './honest-sender.js';
import { Operator } from './operator.js';
import { inSecondRack, openRack } from './rack.js';
import { dump, REQUEST_TOPIC, requestRecords } from './read-topics.js';
import { controlOf } from './router-control.js';
import { type Crash, ServiceKeeper } from './service-keeper.js';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: string;
  readonly kinds: readonly FaultKind[];
  /** How many times the load of a rate of 1, which is about 6 requests a second. */
  readonly rate: number;
  /** Faults that are under way at once. */
  readonly lanes: number;
  /** For a machine that does other work too: how long an answer to a calm tenant may take; `PROMPT_MS` unless given. */
  readonly promptMs?: number;
  /** Where the logs of servers and services are copied to before everything is thrown away. */
  readonly logs?: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly print: (line: string) => void;
}

export interface Ended {
  readonly ground: Ground;
  readonly campaign: Campaign;
  readonly operator: Operator;
  readonly crashes: readonly Crash[];
  readonly commits: readonly CommittedOffset[];
  /** Finds the id of any request of the load. */
  readonly idPattern: RegExp;
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
    const { logs } = options;
    if (logs !== undefined) closing.push(() => cp(logsOf(platform), logs, { recursive: true }));
    const sender = new HonestSender(platform.path.kafka);
    closing.push(() => sender.close());
    const commits = await watchCommits(platform.path.kafka);
    closing.push(() => commits.stop());
    const absent = new Set<string>();
    const watching: { now?: StatusWatch } = {};
    const round = `c${randomBytes(4).toString('hex')}`;
    const answered = (id: string) => (watching.now?.ended(id) ?? 0) + sender.unheard(id);
    const load = startLoad(
      (batch) => sender.requests(batch).then(() => undefined),
      round,
      CHAOS_TENANTS.map((tenant) =>
        streamOf(
          tenant,
          rate,
          choices,
          () => answered(tenant.id),
          () => absent.has(tenant.id),
        ),
      ),
    );
    closing.push(() => load.stop().catch(() => undefined));
    const watch = await watchStatuses(
      platform.path,
      CHAOS_TENANTS.map(({ id }) => id),
    );
    watching.now = watch;
    closing.push(() => watch.stop());
    const faultChoices = seededChoices(`${seed} faults`);
    const ground: Ground = { platform, rack, choices: faultChoices, load, watch, sender, absent };
    const operator = new Operator(ground);
    const keeper = new ServiceKeeper(servicesOf(platform));
    const looking = setInterval(() => {
      void operator.lookAfterRouters();
      void keeper.look();
      print(`  ${standing(ground)}`);
    }, LOOK_EVERY_MS);
    closing.push(() => Promise.resolve(clearInterval(looking)));
    const campaign = await breakFor(ground, options.kinds, {
      seed,
      forMs: options.minutes * MINUTE_MS,
      lanes: options.lanes,
      signal: options.signal,
      told: (trial) => print(trialText(trial)),
    });
    await keeper.look();
    await heal(ground);
    await load.stop();
    print(`healed; waiting for the end of everything: ${standing(ground)}`);
    options.signal.throwIfAborted();
    await drained(ground, options).catch(() => print(`not all ended: ${standing(ground)}`));
    options.signal.throwIfAborted();
    await commits.stop();
    return await use({
      ground,
      campaign,
      operator,
      crashes: keeper.crashes,
      commits: commits.commits,
      idPattern: new RegExp(`${round}-\\d+`, 'g'),
    });
  } finally {
    for (const step of closing.toReversed()) await step();
  }
}

const logsOf = ({ path }: TenantPlatform): string =>
  dirname(path.platform.service('router-simulator').logPath);

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

/** Until everything on the request topic has its end, and every deployment has closed. What has no end for good is the judge's to tell. */
async function drained({ platform, watch }: Ground, { kinds, signal }: ChaosOptions): Promise<void> {
  const asked = new Set<string>();
  const someAway = kinds.includes('remove-tenant');
  for (const record of await dump(platform.registryKafka, REQUEST_TOPIC)) {
    const ids = askedBy(record, someAway);
    if (ids !== undefined) asked.add(`${ids.tenantId} ${ids.deploymentId}`);
  }
  await waitFor(
    () => {
      if (signal.aborted) return true;
      for (const one of asked) {
        const [tenantId = '', deploymentId = ''] = one.split(' ');
        if (watch.endedAt(tenantId, deploymentId) !== undefined) asked.delete(one);
      }
      return asked.size === 0;
    },
    { what: 'the end of every request', timeoutMs: ALL_ENDED_WITHIN_MS, everyMs: 500 },
  );
}

/** Of the load. Where tenants are removed, what the guest asks for may be without an end. */
function askedBy(
  record: TailRecord,
  someAway: boolean,
): { readonly tenantId: string; readonly deploymentId: string } | undefined {
  const [asked] = requestRecords([record], () => []);
  const tenant = CHAOS_TENANTS.find(({ id }) => id === asked?.tenantId);
  return tenant === undefined || (someAway && tenant.manner === 'guest') ? undefined : asked;
}

const standing = ({ load, watch }: Ground): string =>
  `${load.ledger.length} sent, ${watch.ended()} ended, ${load.ledger.length - watch.ended()} open`;

const trialText = ({ kind, from, to, effect, error }: Trial): string =>
  `${effect === undefined ? '✗' : '✓'} ${kind} (${Math.round((to - from) / 1_000)} s): ${effect ?? error ?? 'no effect'}`;
