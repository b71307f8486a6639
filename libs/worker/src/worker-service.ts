import { connectKafka, type KafkaClient } from '@vecino/messaging';
import { followRegistry, type RegistryFeed } from '@vecino/registry';
import type { Logger, Tracing } from '@vecino/telemetry';
import type { Tenant } from '@vecino/tenancy';
import { createWorkerFleet, type WorkerFleet } from '@vecino/temporal';
import { announceTenants, logTenantChanges } from './announce-tenants.js';
import { deviceActivitiesFor } from './device-activities-for.js';
import type { WorkerConfig } from './worker-config.js';

export interface WorkerService {
  /** Resolves when the Workers poll that are needed now, however long Kafka and Temporal stay away. Rejects when stopped before. */
  start(): Promise<void>;
  /** Takes no new work, gives running activities their grace, then cancels them; their next attempt is another worker's. */
  stop(): Promise<void>;
  /** Whether it has started. */
  ready(): boolean;
}

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
  /** Resolves when what is needed now is served. */
  attend(around: WorkerSurroundings): Promise<Attendant>;
}

/** What the worker services share. */
export function createWorkerService(deps: WorkerServiceDependencies, role: WorkerRole): WorkerService {
  const { config, logger, tracing } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let registry: RegistryFeed | undefined;
  let fleet: WorkerFleet | undefined;
  let attendant: Attendant | undefined;
  let starting: Promise<void> | undefined;
  let isReady = false;

  async function start(): Promise<void> {
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
    isReady = true;
    logger.info({ task_queues: fleet.served().length }, 'ready');
  }

  return {
    start: () => (starting ??= start()),
    async stop() {
      if (signal.aborted) return;
      isReady = false;
      logger.info({ grace_ms: config.shutdownGraceMs }, 'stopping');
      stopping.abort();
      const stopped = fleet?.stop();
      // Its failure is told below, when everything else has ended too.
      stopped?.catch(() => undefined);
      await starting?.catch(() => undefined);
      await attendant?.stop();
      await registry?.close();
      await stopped;
      logger.info({}, 'stopped');
    },
    ready: () => isReady,
  };
}
