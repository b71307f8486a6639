import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { DeploymentState, EpochMs } from '@vecino/foundation';
import { createOutageLog } from '@vecino/messaging';
import type { RegistryFeed } from '@vecino/registry';
import { isRecording, LastAnswer, type Logger } from '@vecino/telemetry';
import { namespaceOf, taskQueueOf, type Tenant, tenantOf } from '@vecino/tenancy';
import {
  type GateClient,
  listRunning,
  queueStanding,
  type RunningDeployment,
  TASK_TYPES,
  withinSignal,
} from '@vecino/temporal';
import { DEFAULT_UPGRADE_POLICY, stateLimitMs } from '@vecino/upgrade';
import type { WakeFeed } from '@vecino/wakes';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import { namespacesOf } from '../namespaces.js';
import { askGates } from './ask-gates.js';
import { askNamespace } from './ask-namespace.js';
import { gatesToAsk, roundOf } from './gates-to-ask.js';
import { LOOK_LIMITS } from './look-limits.js';
import { createPromptSlots } from './prompt-slots.js';
import { QueueRound } from './queue-round.js';
import { type Place, placeKey, Standing } from './standing.js';
import { StuckWatch } from './stuck-watch.js';

export interface StandingDependencies {
  readonly registry: Pick<RegistryFeed, 'current'>;
  readonly wakes: Pick<WakeFeed, 'awake'>;
  /** Of the namespace that tenants share. */
  readonly client: Client;
  readonly gates: Pick<GateClient, 'load'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** A watch that hears of tenants and looks at how their gates stand. */
export interface StandingWatch {
  /** A status of the tenant went out. */
  heard(tenantId: string): void;
  /** Looks until the signal aborts; does nothing where nobody would see it. */
  run(): Promise<void>;
}

/**
 * Looks at the truth, which Temporal and the gates have, instead of adding up statuses: a number that was missed, or counted by
 * another replica, would stay wrong for ever. All projectors see the same.
 */
export function createStandingWatch(deps: StandingDependencies): StandingWatch {
  return new Watch(deps);
}

class Watch implements StandingWatch {
  readonly #deps: StandingDependencies;
  readonly #stuck = new StuckWatch();
  readonly #standing = new Standing();
  readonly #slots = createPromptSlots(LOOK_LIMITS);
  readonly #queueRound = new QueueRound();
  readonly #signal: AbortSignal;
  /** What runs, by namespace. */
  #lists = new Map<string, LastAnswer<readonly RunningDeployment[]>>();
  #heard = new Set<string>();
  #from = 0;

  constructor(deps: StandingDependencies) {
    this.#deps = deps;
    this.#signal = AbortSignal.any([deps.signal]);
    // As many calls listen to it as are under way.
    setMaxListeners(0, this.#signal);
  }

  heard(tenantId: string): void {
    if (isRecording()) this.#heard.add(tenantId);
  }

  async run(): Promise<void> {
    const { logger } = this.#deps;
    const signal = this.#signal;
    if (!isRecording()) return;
    const end = this.#standing.observe();
    const outage = createOutageLog(logger, 'Temporal (asked how gates stand)');
    while (!signal.aborted) {
      try {
        await this.#look(Date.now());
        outage.succeeded();
      } catch (error) {
        this.#standing.unknown(Date.now());
        if (!signal.aborted) outage.failed(error);
      }
      await sleep(LOOK_LIMITS.everyMs, undefined, { signal }).catch(() => undefined);
    }
    end();
  }

  async #look(now: EpochMs): Promise<void> {
    const running = await this.#running();
    const stuck = this.#stuck.look(running, now, (deployment) => this.#limitMs(deployment));
    this.#standing.deployments(running, stuck);
    const silent = await this.#askGates(running);
    await this.#lookAtQueues([...silent, ...running.map(({ tenantId }) => tenantId)]);
    this.#standing.looked(Date.now(), silent);
  }

  async #running(): Promise<readonly RunningDeployment[]> {
    const before = this.#lists;
    this.#lists = new Map(
      [...this.#namespaces()].map((namespace) => [
        namespace,
        before.get(namespace) ?? new LastAnswer<readonly RunningDeployment[]>(),
      ]),
    );
    const looks = [...this.#lists].map(([namespace, last]) =>
      this.#ask(namespace, last, () => this.#call(namespace, listRunning)),
    );
    await Promise.all(looks);
    return [...this.#lists.values()].flatMap(({ current }) => current ?? []);
  }

  #ask<T>(namespace: string, last: LastAnswer<T>, ask: () => Promise<T>): Promise<void> {
    const { client, logger } = this.#deps;
    const isShared = namespace === client.options.namespace;
    return askNamespace({ namespace, isShared, last, ask, logger, signal: this.#signal });
  }

  #call<T>(namespace: string, call: (client: Client) => Promise<T>): Promise<T> {
    const own = new Client({ connection: this.#deps.client.connection, namespace });
    return this.#slots.use(() => withinSignal(own, { signal: this.#signal }, () => call(own)));
  }

  #limitMs({ tenantId, state }: RunningDeployment): number {
    const policy = tenantOf(this.#deps.registry.current(), tenantId)?.upgrade ?? DEFAULT_UPGRADE_POLICY;
    return stateLimitMs(state as DeploymentState, policy);
  }

  async #askGates(running: readonly RunningDeployment[]): Promise<readonly string[]> {
    const { registry, wakes, gates } = this.#deps;
    const { tenants } = registry.current();
    const heard = this.#heard;
    this.#heard = new Set();
    const awake = wakes.awake();
    const asked = gatesToAsk(tenants, {
      active: new Set([...heard, ...running.map(({ tenantId }) => tenantId)]),
      busy: this.#standing.busy(),
      silent: this.#standing.silent(),
      // Whoever has published something is asked again at once.
      resting: new Set([...this.#standing.resting()].filter((id) => !heard.has(id))),
      awake: (id) => awake.has(id),
      from: this.#from,
    });
    this.#from += roundOf(tenants.length);
    this.#standing.forgetOthers(tenants.filter(({ id, route }) => route !== 'queue' || awake.has(id)));
    return askGates(asked, { gates, standing: this.#standing, slots: this.#slots, signal: this.#signal });
  }

  /** Of tenants that are `active`, and of those whose gates have something to do. */
  async #lookAtQueues(active: readonly string[]): Promise<void> {
    const byKey = new Map<string, Place>();
    const add = (namespace: string, taskQueue: string): void => {
      byKey.set(placeKey({ namespace, taskQueue }), { namespace, taskQueue });
    };
    for (const namespace of this.#namespaces()) add(namespace, PROJECTOR_TASK_QUEUE);
    for (const tenant of this.#withWork(active)) add(this.#namespaceOf(tenant), taskQueueOf(tenant));
    const places = [...byKey.values()];
    this.#standing.forgetOtherQueues(places);
    const looks = this.#queueRound
      // Whether nobody serves a queue is the one answer for which somebody gets up: it is not left to grow old.
      .next(places, LOOK_LIMITS.queuesAtMost, (place) => this.#standing.isUnserved(place))
      .map((place) => this.#lookAtQueue(place));
    await Promise.all(looks);
  }

  #lookAtQueue(place: Place): Promise<void> {
    const { namespace, taskQueue } = place;
    return this.#ask(namespace, this.#standing.queue(place), () =>
      Promise.all(
        TASK_TYPES.map(async (type) => {
          const standing = await this.#call(namespace, (client) => queueStanding(client, taskQueue, type));
          return { ...place, type, ...standing };
        }),
      ),
    );
  }

  #withWork(active: readonly string[]): readonly Tenant[] {
    const busy = new Set([...this.#standing.busy(), ...active]);
    return this.#deps.registry.current().tenants.filter(({ id }) => busy.has(id));
  }

  #namespaces(): Iterable<string> {
    return namespacesOf(this.#deps.registry.current(), this.#deps.client.options.namespace).needed;
  }

  #namespaceOf = (tenant: Tenant): string => namespaceOf(tenant, this.#deps.client.options.namespace);
}
