import { closeInTime, PROBE_EVERY_MS, type Service } from '@vecino/lifecycle';
import { connectKafka, type KafkaClient } from '@vecino/messaging';
import { followRegistry, nameTenants, type RegistryFeed, registryFault } from '@vecino/registry';
import type { LogFields, Logger, Tracing } from '@vecino/telemetry';
import type { Tenant } from '@vecino/tenancy';
import { createWorkerFleet, drainWithinMs, type ServedQueue, type WorkerFleet } from '@vecino/temporal';
import { announceTenants, logTenantChanges } from './announce-tenants.js';
import { deviceActivitiesFor } from './device-activities-for.js';
import type { WorkerConfig } from './worker-config.js';

export interface WorkerServiceDependencies {
  readonly config: WorkerConfig;
  readonly tracing?: Tracing;
  readonly logger: Logger;
  /** A terminal: the tenants are then shown as a table there, and logged otherwise. */
  readonly print?: (text: string) => void;
}

/** What a worker service has when it begins to decide which task queues it serves. */
export interface WorkerSurroundings {
  readonly registry: RegistryFeed;
  readonly kafka: KafkaClient;
  readonly fleet: WorkerFleet;
  readonly logger: Logger;
  /** Aborts when the service is stopped. */
  readonly signal: AbortSignal;
}

/** Decides which task queues a worker service serves, from its start on. */
export interface Attendant {
  stop(): Promise<void>;
}

/** In what the worker services differ. */
export interface WorkerRole {
  readonly name: string;
  isServed(tenant: Tenant): boolean;
  /** Why it does nothing for those that it is there for, by the queues that it serves; one tenant of many that cannot be served is none. */
  pollingFault(served: readonly ServedQueue[]): string | undefined;
  /** Resolves when what is needed now is served. */
  attend(around: WorkerSurroundings): Promise<Attendant>;
}

/** What comes after the Workers have drained, or were given up. */
const CLOSE_MS = 1_000;
/** From the signal to the end of the process. */
export const stopWithinMs = ({ shutdownGraceMs }: Pick<WorkerConfig, 'shutdownGraceMs'>): number =>
  drainWithinMs(shutdownGraceMs) + 2 * CLOSE_MS;

/**
 * What the worker services share. Started when the Workers poll that are needed now. Stopping takes no new work, gives running
 * activities their grace, then cancels them: their next attempt is another worker's.
 */
export function createWorkerService(deps: WorkerServiceDependencies, role: WorkerRole): Service {
  const { config, logger, tracing } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let registry: RegistryFeed | undefined;
  let fleet: WorkerFleet | undefined;
  let attendant: Attendant | undefined;
  let starting: Promise<LogFields> | undefined;

  async function start(): Promise<LogFields> {
    const kafka = connectKafka(config.kafka, role.name, logger);
    // Nothing is followed for a worker that cannot serve anybody.
    const activities = deviceActivitiesFor(config, () => followed().current(), logger);
    const followed = (): RegistryFeed => {
      if (registry === undefined) throw new Error('the registry is not followed yet');
      return registry;
    };
    registry = await followRegistry({
      kafka,
      topicPrefix: config.topicPrefix,
      logger,
      signal,
      ...(config.tenantsFile !== undefined && { importFile: config.tenantsFile }),
    });
    nameTenants(registry);
    announceTenants(deps, registry.current(), role);
    logTenantChanges(registry, config.temporal.namespace, role, logger);
    fleet = createWorkerFleet({
      temporal: config.temporal,
      activities,
      logger,
      shutdownGraceMs: config.shutdownGraceMs,
      ...(tracing && { tracing }),
    });
    signal.throwIfAborted();
    await fleet.connect();
    attendant = await role.attend({ registry, kafka, fleet, logger, signal });
    signal.throwIfAborted();
    return { task_queues: fleet.served().length };
  }

  /** Throws where activities had to be abandoned. */
  async function stop(): Promise<void> {
    if (signal.aborted) return;
    stopping.abort();
    const drained = fleet?.stop();
    await closeInTime(logger, drainWithinMs(config.shutdownGraceMs) + CLOSE_MS, {
      'looking for work': async () => {
        await starting?.catch(() => undefined);
        await attendant?.stop();
      },
      // Activities ask it until they end.
      registry: async () => {
        await drained?.catch(() => undefined);
        await registry?.close();
      },
    });
    await drained;
  }

  return {
    start: () => (starting ??= start()),
    stop,
    checks: [
      { name: 'registry', fault: () => registryFault(registry) },
      {
        name: 'temporal',
        fault: () => fleet?.fault() ?? 'not connected to Temporal yet',
        everyMs: PROBE_EVERY_MS,
      },
      { name: 'workers', fault: () => role.pollingFault(fleet?.standing() ?? []) },
    ],
    pulses: [{ name: 'registry', beats: () => registry?.beats() }],
  };
}
