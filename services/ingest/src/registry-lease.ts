import { setTimeout as sleep } from 'node:timers/promises';
import { VecinoError } from '@vecino/foundation';
import type { RegistryFeed } from '@vecino/registry';
import { type Registry, REGISTRY_LEASE_MS, settingsOf, tenantOf } from '@vecino/tenancy';
import type { GateClient } from '@vecino/temporal';
import type { TenantSettings } from '@vecino/workflows';

const LOOK_AGAIN_MS = 20;

type Submitting = Pick<GateClient, 'submit' | 'command'>;

/** Sends with the settings of the moment, and throws `REGISTRY_STALE` instead of sending where those may be too old. */
export function withinRegistryLease(
  gates: Submitting,
  feed: Pick<RegistryFeed, 'current' | 'ageMs'>,
  sharedNamespace: string,
): Submitting {
  const newest = (settings: TenantSettings): TenantSettings => {
    const ageMs = feed.ageMs();
    if (ageMs > REGISTRY_LEASE_MS) throw stale(ageMs);
    const registry = feed.current();
    const tenant = tenantOf(registry, settings.tenantId);
    // Removed meanwhile: its gate is to see to that.
    return tenant === undefined ? settings : settingsOf(registry, tenant, sharedNamespace);
  };
  return {
    submit: async (batch) => gates.submit({ ...batch, settings: newest(batch.settings) }),
    command: async (settings, command) => gates.command(newest(settings), command),
  };
}

const stale = (ageMs: number): VecinoError<'REGISTRY_STALE'> =>
  new VecinoError('REGISTRY_STALE', 'the registry was not read for too long', {
    disposition: 'retry',
    data: { age_ms: Math.round(ageMs) },
  });

/**
 * The registry as it was at that moment or later, by `performance.now`: whoever was added before a record was written is in
 * the registry that was read after the record came.
 */
export async function registrySince(
  feed: Pick<RegistryFeed, 'current' | 'ageMs'>,
  at: number,
  signal: AbortSignal,
): Promise<Registry> {
  while (feed.ageMs() >= performance.now() - at) {
    signal.throwIfAborted();
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
  return feed.current();
}
