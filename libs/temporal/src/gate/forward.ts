import { VecinoError } from '@vecino/foundation';
import { type Registry, REGISTRY_LEASE_MS, settingsOf, tenantOf } from '@vecino/tenancy';
import type { Logger } from '@vecino/telemetry';
import type { ProjectorActivities } from '@vecino/workflows';
import type { GateClient } from '../gate-client.js';

export interface ForwardDependencies {
  readonly gates: Pick<GateClient, 'submit' | 'command'>;
  readonly registry: () => Registry;
  /** Milliseconds since the registry was last known to be the newest. */
  readonly registryAgeMs: () => number;
  readonly sharedNamespace: string;
  /** Of the gate that asks. */
  readonly namespace: string;
  readonly logger: Logger;
}

/** Hands what came to a gate that the tenant has left to the gate where the tenant is now; drops it where there is no such tenant. */
export const createForward =
  ({
    gates,
    registry,
    registryAgeMs,
    sharedNamespace,
    namespace,
    logger,
  }: ForwardDependencies): ProjectorActivities['forward'] =>
  async ({ tenantId, revision, batches, commands }) => {
    const now = registry();
    if (registryAgeMs() > REGISTRY_LEASE_MS || now.revision < revision) throw behind(now.revision, revision);
    const tenant = tenantOf(now, tenantId);
    if (tenant === undefined) {
      logger.warn({ tenant_id: tenantId }, 'what came late for a tenant that was removed is dropped');
      return { kind: 'forwarded' };
    }
    const settings = settingsOf(now, tenant, sharedNamespace);
    if (settings.namespace === namespace) return { kind: 'home', settings };
    for (const batch of batches) await gates.submit({ ...batch, settings });
    for (const command of commands) await gates.command(settings, command);
    return { kind: 'forwarded' };
  };

const behind = (has: number, needs: number): VecinoError =>
  new VecinoError('REGISTRY_BEHIND', `the registry is at revision ${has}, and the tenant moved at ${needs}`, {
    disposition: 'retry',
  });
