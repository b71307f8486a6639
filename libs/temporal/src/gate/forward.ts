import { type Registry, settingsOf, tenantOf } from '@vecino/tenancy';
import type { ProjectorActivities } from '@vecino/workflows';
import type { GateClient } from '../gate-client.js';

/** Hands what came to a gate that the tenant has left to the gate where the tenant is now; drops it where there is no such tenant. */
export const createForward =
  (
    gates: Pick<GateClient, 'submit' | 'command'>,
    registry: () => Registry,
    sharedNamespace: string,
  ): ProjectorActivities['forward'] =>
  async ({ tenantId, batches, commands }) => {
    const tenant = tenantOf(registry(), tenantId);
    if (tenant === undefined) return;
    const settings = settingsOf(registry(), tenant, sharedNamespace);
    for (const batch of batches) await gates.submit({ ...batch, settings });
    for (const command of commands) await gates.command(settings, command);
  };
