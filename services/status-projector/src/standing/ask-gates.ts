import { type Slots, unlessAborted } from '@vecino/foundation';
import type { Tenant } from '@vecino/tenancy';
import { type GateClient, translateTemporalError } from '@vecino/temporal';
import type { Standing } from './standing.js';

export interface GateQuestions {
  readonly gates: Pick<GateClient, 'load'>;
  readonly standing: Pick<Standing, 'gate'>;
  readonly slots: Slots;
  readonly signal: AbortSignal;
}

/**
 * Asks gates how they stand, in this order; resolves when each has answered, or is known to be silent, with the tenants of the silent
 * ones. Whether they are silent or Temporal is, only the rest of the look tells. Rejects with the signal's reason.
 */
export async function askGates(
  tenants: readonly Pick<Tenant, 'id'>[],
  { gates, standing, slots, signal }: GateQuestions,
): Promise<readonly string[]> {
  const silent: string[] = [];
  const ask = async (tenantId: string): Promise<void> => {
    if (signal.aborted) return;
    try {
      const report = await gates.load(tenantId);
      if (!signal.aborted) standing.gate(tenantId, report);
    } catch (error) {
      if (signal.aborted) return;
      // A namespace that is about to be made has no gate in it. Else nobody serves its queue, its code fails, or Temporal is away:
      // then the look fails as a whole with the next call.
      if (translateTemporalError(error, 'ask a gate').code === 'NAMESPACE_NOT_FOUND')
        standing.gate(tenantId, undefined);
      else silent.push(tenantId);
    }
  };
  await unlessAborted(signal, Promise.all(tenants.map(({ id }) => slots.use(() => ask(id)))));
  return silent;
}
