import { type Service } from '@vecino/devstack';
import { type Registry } from '@vecino/tenancy';
import { type PlannedService, planTenantServices } from './platform-plan.js';

export interface TenantPartsDependencies {
  readonly start: (plan: PlannedService) => Promise<Service>;
  /** What else follows the registry. */
  readonly follow: (registry: Registry) => Promise<void>;
  readonly onChange: () => void;
  /** Told of what could not be done; it is tried again. */
  readonly onFault: (error: unknown) => void;
  readonly lingerMs?: number;
  readonly retryMs?: number;
}

/** A worker that is no longer needed may have deployments that end, and a gate that hands over. */
const LINGER_MS = 60_000;
const RETRY_MS = 5_000;

interface Running {
  readonly service: Service;
  /** Since when nobody needs it. */
  idleSince?: number;
}

/** The parts of a platform that come and go with its tenants: a dedicated worker for each that needs one, and routers to simulate. */
export class TenantParts {
  readonly #deps: TenantPartsDependencies;
  readonly #running: Map<string, Running>;
  #registry: Registry;
  #work: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `services` are those that run for `registry` already. */
  constructor(deps: TenantPartsDependencies, registry: Registry, services: readonly Service[]) {
    this.#deps = deps;
    this.#registry = registry;
    this.#running = new Map(services.map((service) => [service.name, { service }]));
  }

  get services(): readonly Service[] {
    return [...this.#running.values()].map(({ service }) => service);
  }

  /** Brings the parts in line with the registry, now and until it has succeeded. */
  follow(registry: Registry): Promise<void> {
    this.#registry = registry;
    this.#work = this.#work.then(() => this.#reconcile());
    return this.#work;
  }

  /** Starts and ends nothing more, and waits for what is under way; what runs is the caller's to stop. */
  close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    return this.#work;
  }

  async #reconcile(): Promise<void> {
    if (this.#closed) return;
    const { follow, onFault } = this.#deps;
    const again: number[] = [];
    const attempt = (work: Promise<void>) =>
      work.catch((error: unknown) => {
        again.push(this.#deps.retryMs ?? RETRY_MS);
        onFault(error);
      });
    const wanted = new Map(planTenantServices(this.#registry.tenants).map((plan) => [plan.name, plan]));
    await Promise.all([
      attempt(follow(this.#registry)),
      ...[...wanted.values()].map((plan) => attempt(this.#keep(plan))),
    ]);
    for (const [name, running] of this.#running) {
      const leftMs = wanted.has(name) ? undefined : this.#leftMs(running);
      if (leftMs === undefined) delete running.idleSince;
      else if (leftMs > 0) again.push(leftMs);
      else await attempt(this.#end(name, running));
    }
    this.#lookAgainIn(Math.min(...again));
  }

  async #keep(plan: PlannedService): Promise<void> {
    if (this.#running.has(plan.name)) return;
    const service = await this.#deps.start(plan);
    this.#running.set(plan.name, { service });
    this.#deps.onChange();
  }

  #leftMs(running: Running): number {
    running.idleSince ??= Date.now();
    return running.idleSince + (this.#deps.lingerMs ?? LINGER_MS) - Date.now();
  }

  async #end(name: string, { service }: Running): Promise<void> {
    this.#running.delete(name);
    this.#deps.onChange();
    await service.stop();
  }

  #lookAgainIn(ms: number): void {
    clearTimeout(this.#timer);
    if (ms === Infinity || this.#closed) return;
    this.#timer = setTimeout(() => void this.follow(this.#registry), ms);
    this.#timer.unref();
  }
}
