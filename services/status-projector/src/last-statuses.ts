import type { EpochMs } from '@vecino/foundation';
import type { RegistryFeed } from '@vecino/registry';
import { isRecording, METRICS, observe } from '@vecino/telemetry';

/** When this process last published a status, by tenant: those of the registry, and no others. */
export interface LastStatuses {
  /** Kafka has some of the tenant, since now. */
  published(tenantId: string, now: EpochMs): void;
}

const MS = 1_000;

/** Exported from now on. Of a tenant that was removed, and is there again, only what is published from then on counts. */
export function tellLastStatuses(registry: Pick<RegistryFeed, 'current'>): LastStatuses {
  const last = new Map<string, EpochMs>();

  function forgetRemoved(): void {
    const kept = new Set<string>(registry.current().tenants.map(({ id }) => id));
    for (const id of last.keys()) if (!kept.has(id)) last.delete(id);
  }

  observe(METRICS.lastStatus, () => {
    forgetRemoved();
    return [...last].map(([id, at]) => [at / MS, { 'vecino.tenant.id': id }] as const);
  });
  return {
    published(tenantId, now) {
      if (isRecording()) last.set(tenantId, now);
    },
  };
}
