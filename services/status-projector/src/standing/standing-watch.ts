import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import {
  createSlots,
  type DeploymentState,
  type EpochMs,
  fromPlace,
  unlessAborted,
} from '@vecino/foundation';
import { createOutageLog } from '@vecino/messaging';
import type { RegistryFeed } from '@vecino/registry';
import { isRecording, type Logger } from '@vecino/telemetry';
import { namespaceOf, taskQueueOf, type Tenant, tenantOf } from '@vecino/tenancy';
import {
  type GateClient,
  listRunning,
  queueStanding,
  type RunningDeployment,
  TASK_TYPES,
  translateTemporalError,
  withinSignal,
} from '@vecino/temporal';
import { DEFAULT_UPGRADE_POLICY, stateLimitMs } from '@vecino/upgrade';
import type { WakeFeed } from '@vecino/wakes';
import { PROJECTOR_TASK_QUEUE } from '@vecino/workflows';
import { namespacesOf } from '../namespaces.js';
import { gatesToAsk, roundOf } from './gates-to-ask.js';
import { type Place, Standing } from './standing.js';
import { StuckWatch } from './stuck-watch.js';

export interface StandingDependencies {
  readonly registry: Pick<RegistryFeed, 'current'>;
  readonly wakes: Pick<WakeFeed, 'awake'>;
  /** Of the namespace that tenants share. */
  readonly client: Client;
  readonly gates: Pick<GateClient, 'load'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly lookMs?: number;
}

/** A watch that hears of tenants and looks at how their gates stand. */
export interface StandingWatch {
  /** A status of the tenant went out. */
  heard(tenantId: string): void;
  /** Looks until the signal aborts; does nothing where nobody would see it. */
  run(): Promise<void>;
}

const LOOK_MS = 15_000;
const ASKED_AT_ONCE = 8;
/** The next ones are looked at in the next look. */
const QUEUES_AT_MOST = 100;

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
  readonly #slots = createSlots(ASKED_AT_ONCE);
  #heard = new Set<string>();
  #from = 0;

  constructor(deps: StandingDependencies) {
    this.#deps = deps;
  }

  heard(tenantId: string): void {
    if (isRecording()) this.#heard.add(tenantId);
  }

  async run(): Promise<void> {
    const { logger, signal, lookMs = LOOK_MS } = this.#deps;
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
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    }
    end();
  }

  async #look(now: EpochMs): Promise<void> {
    const running = await this.#running();
    const stuck = this.#stuck.look(running, now, (deployment) => this.#limitMs(deployment));
    this.#standing.deployments(running, stuck);
    await this.#askGates(running);
    await this.#lookAtQueues(running);
    this.#standing.looked(Date.now());
  }

  async #running(): Promise<readonly RunningDeployment[]> {
    const running: RunningDeployment[] = [];
    for (const namespace of this.#namespaces()) running.push(...(await this.#of(namespace, listRunning, [])));
    return running;
  }

  /**
   * A namespace that is about to be made has nothing in it; one that does not let itself be looked at is that tenant's trouble, and no
   * other's.
   */
  async #of<T>(namespace: string, ask: (client: Client) => Promise<T>, otherwise: T): Promise<T> {
    const { client, signal } = this.#deps;
    const own = new Client({ connection: client.connection, namespace });
    try {
      return await withinSignal(own, { signal }, () => ask(own));
    } catch (error) {
      const fault = translateTemporalError(error, `look at ${namespace}`);
      if (signal.aborted || namespace === client.options.namespace) throw fault;
      if (fault.code !== 'NAMESPACE_NOT_FOUND')
        this.#deps.logger.warn(
          { err: fault, namespace },
          'cannot look at a namespace: its numbers are missing',
        );
      return otherwise;
    }
  }

  #limitMs({ tenantId, state }: RunningDeployment): number {
    const policy = tenantOf(this.#deps.registry.current(), tenantId)?.upgrade ?? DEFAULT_UPGRADE_POLICY;
    return stateLimitMs(state as DeploymentState, policy);
  }

  async #askGates(running: readonly RunningDeployment[]): Promise<void> {
    const { registry, wakes, gates, signal } = this.#deps;
    const { tenants } = registry.current();
    const active = new Set([...this.#heard, ...running.map(({ tenantId }) => tenantId)]);
    this.#heard = new Set();
    const awake = wakes.awake();
    const hints = {
      active,
      busy: this.#standing.busy(),
      awake: (id: string) => awake.has(id),
      from: this.#from,
    };
    const asked = gatesToAsk(tenants, hints);
    this.#from += roundOf(tenants.length);
    this.#standing.forgetOthers(tenants.filter(({ id, route }) => route !== 'queue' || awake.has(id)));
    await Promise.all(
      asked.map(({ id }) =>
        this.#slots.use(async () => {
          if (signal.aborted) return;
          try {
            this.#standing.gate(id, await unlessAborted(signal, gates.load(id)));
          } catch (error) {
            // Nobody serves its queue, its code fails, or Temporal is away: then this look fails as a whole with the next call.
            if (!signal.aborted && translateTemporalError(error, 'ask a gate').code !== 'NAMESPACE_NOT_FOUND')
              this.#standing.silent(id);
          }
        }),
      ),
    );
  }

  async #lookAtQueues(running: readonly RunningDeployment[]): Promise<void> {
    const places = new Map<string, Place>();
    const add = (namespace: string, taskQueue: string): void => {
      places.set(`${namespace}/${taskQueue}`, { namespace, taskQueue });
    };
    for (const namespace of this.#namespaces()) add(namespace, PROJECTOR_TASK_QUEUE);
    for (const tenant of this.#withWork(running)) add(this.#namespaceOf(tenant), taskQueueOf(tenant));
    const looked = fromPlace([...places.values()], this.#from).slice(0, QUEUES_AT_MOST);
    const looks = looked.flatMap((place) =>
      TASK_TYPES.map((type) =>
        this.#slots.use(async () => {
          const standing = await this.#of(
            place.namespace,
            (client) => queueStanding(client, place.taskQueue, type),
            undefined,
          );
          return standing === undefined ? [] : [{ ...place, type, ...standing }];
        }),
      ),
    );
    this.#standing.queues((await Promise.all(looks)).flat());
  }

  #withWork(running: readonly RunningDeployment[]): readonly Tenant[] {
    const busy = new Set([...this.#standing.busy(), ...running.map(({ tenantId }) => tenantId)]);
    return this.#deps.registry.current().tenants.filter(({ id }) => busy.has(id));
  }

  #namespaces(): Iterable<string> {
    return namespacesOf(this.#deps.registry.current(), this.#deps.client.options.namespace).needed;
  }

  #namespaceOf = (tenant: Tenant): string => namespaceOf(tenant, this.#deps.client.options.namespace);
}
