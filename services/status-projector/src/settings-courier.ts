import { setTimeout as sleep } from 'node:timers/promises';
import { createSlots } from '@vecino/foundation';
import { createBackoff, createOutageLog } from '@vecino/messaging';
import type { RegistryFeed } from '@vecino/registry';
import type { Logger } from '@vecino/telemetry';
import { type Registry, settingsOf, tenantOf } from '@vecino/tenancy';
import type { GateClient } from '@vecino/temporal';
import type { WakeFeed } from '@vecino/wakes';
import { changedSettings } from './changed-settings.js';

export interface SettingsCourierDependencies {
  readonly registry: RegistryFeed;
  readonly wakes: Pick<WakeFeed, 'awake' | 'subscribe'>;
  readonly gates: Pick<GateClient, 'configure' | 'start'>;
  readonly sharedNamespace: string;
  readonly logger: Logger;
  /** Gates told a second, of those that may have missed something while no projector ran. */
  readonly catchUpPerSecond?: number;
}

const TOLD_AT_ONCE = 64;
const CATCH_UP_PER_SECOND = 50;

/**
 * Tells gates of changes of the registry, always of its newest state and until they have it. An idle gate without a Worker
 * is not woken for what its next request brings it anyway: it is told with its next wake, before that request can start.
 */
export class SettingsCourier {
  readonly #deps: SettingsCourierDependencies;
  readonly #slots = createSlots(TOLD_AT_ONCE);
  readonly #stopping = new AbortController();
  /** Tenants that are to be told, or are being told and then are to be told again. */
  readonly #owed = new Set<string>();
  readonly #telling = new Map<string, Promise<void>>();
  /** Sleeping tenants whose gates have not heard of the newest settings. */
  readonly #asleep = new Set<string>();
  #seen: Registry;
  #unsubscribe: readonly (() => void)[] = [];
  #catchingUp: Promise<void> = Promise.resolve();

  constructor(deps: SettingsCourierDependencies) {
    this.#deps = deps;
    this.#seen = deps.registry.current();
  }

  start(): void {
    const { registry, wakes } = this.#deps;
    this.#unsubscribe = [
      registry.subscribe((after) => this.#changed(after)),
      wakes.subscribe(({ tenantId, state }) => {
        if (state === 'awake' && this.#asleep.delete(tenantId)) this.#tell(tenantId);
      }),
    ];
    this.#catchingUp = this.#catchUp(this.#seen);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all([this.#catchingUp, ...this.#telling.values()]);
  }

  #changed(after: Registry): void {
    const changed = changedSettings(this.#seen, after, this.#deps.sharedNamespace);
    this.#seen = after;
    for (const { settings, concernsIdleGates } of changed)
      this.#tellUnlessAsleep(settings.tenantId, concernsIdleGates);
  }

  #tellUnlessAsleep(tenantId: string, concernsIdleGates: boolean): void {
    const { registry, wakes } = this.#deps;
    const route = tenantOf(registry.current(), tenantId)?.route;
    if (route === 'queue' && !concernsIdleGates && !wakes.awake().has(tenantId)) this.#asleep.add(tenantId);
    else this.#tell(tenantId);
  }

  #tell(tenantId: string): void {
    this.#owed.add(tenantId);
    if (this.#telling.has(tenantId) || this.#stopping.signal.aborted) return;
    this.#telling.set(tenantId, this.#tellUntilTold(tenantId));
  }

  async #tellUntilTold(tenantId: string): Promise<void> {
    const { registry, gates, sharedNamespace, logger } = this.#deps;
    const { signal } = this.#stopping;
    const outage = createOutageLog(logger.child({ tenant_id: tenantId }), 'the gate, for newer settings,');
    const backoff = createBackoff();
    while (this.#owed.has(tenantId) && !signal.aborted) {
      try {
        await this.#slots.use(async () => {
          this.#owed.delete(tenantId);
          // As they are now: what was owed may be older by the time that its turn has come.
          const newest = registry.current();
          const tenant = tenantOf(newest, tenantId);
          if (tenant === undefined || signal.aborted) return;
          const settings = settingsOf(newest, tenant, sharedNamespace);
          const told = await gates.configure(settings);
          // What waits was left in another namespace: the gate here fetches it, without waiting for a request.
          if (told === 'no-gate' && settings.moved !== undefined && settings.leaving === undefined)
            await gates.start(settings);
        });
        outage.succeeded();
      } catch (err) {
        this.#owed.add(tenantId);
        outage.failed(err);
        await backoff.wait(signal);
      }
    }
    // Together with the last look at what is owed: what is owed from here on begins anew.
    this.#telling.delete(tenantId);
  }

  /** All tenants once, one after another and behind whatever changes meanwhile. */
  async #catchUp({ tenants }: Registry): Promise<void> {
    const { catchUpPerSecond = CATCH_UP_PER_SECOND } = this.#deps;
    const { signal } = this.#stopping;
    for (const { id } of tenants) {
      if (signal.aborted) return;
      this.#tellUnlessAsleep(id, false);
      if (this.#telling.has(id))
        await sleep(1_000 / catchUpPerSecond, undefined, { signal }).catch(() => undefined);
    }
  }
}
