import { silentLogger } from '@vecino/telemetry';
import { namespaceOf, type Tenant } from '@vecino/tenancy';
import { createGateClient } from '@vecino/temporal';
import { type Explanation } from '@vecino/workflows';
import { describe } from './background.js';
import { type PlatformEnvironment } from './platform-access.js';
import { withTemporal } from './temporal-access.js';
import { withWaker } from './wake-access.js';

/** What one tenant's gate knows, or why it did not answer. */
export type GateAnswer =
  | { readonly tenantId: string; readonly explanation: Explanation }
  | { readonly tenantId: string; readonly silence: string };

/** Asking many, only those answer whose gates have work: a Worker for each of the others would cost more than the answer is worth. */
const WOKEN_AT_MOST = 20;

/** What the gate of each tenant says of a deployment. */
export const askGates = (
  env: PlatformEnvironment,
  tenants: readonly Tenant[],
  deploymentId: string,
): Promise<GateAnswer[]> =>
  withWaker(env, (waker) =>
    withTemporal(env, ({ client }, { namespace }) => {
      const namespaces = new Map<string, string>(
        tenants.map((tenant) => [tenant.id, namespaceOf(tenant, namespace)]),
      );
      const gates = createGateClient({
        client,
        logger: silentLogger,
        namespaceOf: (tenantId) => namespaces.get(tenantId),
        ...(tenants.length <= WOKEN_AT_MOST && { waker }),
      });
      return Promise.all(
        tenants.map(({ id }) =>
          gates.explain(id, deploymentId).then(
            (explanation): GateAnswer => ({ tenantId: id, explanation }),
            (error: unknown): GateAnswer => ({ tenantId: id, silence: describe(error) }),
          ),
        ),
      );
    }),
  );
