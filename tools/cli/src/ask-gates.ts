import { createProducer } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { namespaceOf, type Tenant } from '@vecino/tenancy';
import { createGateClient } from '@vecino/temporal';
import { createWakeSender } from '@vecino/wakes';
import { type Explanation } from '@vecino/workflows';
import { describe } from './background.js';
import { kafkaOf, type PlatformEnvironment } from './platform-access.js';
import { withTemporal } from './temporal-access.js';

/** What one tenant's gate knows, or why it did not answer. */
export type GateAnswer =
  | { readonly tenantId: string; readonly explanation: Explanation }
  | { readonly tenantId: string; readonly silence: string };

/** Asking many, only those answer whose gates have work: a Worker for each of the others would cost more than the answer is worth. */
const WOKEN_AT_MOST = 20;

/** What the gate of each tenant says of a deployment. */
export async function askGates(
  env: PlatformEnvironment,
  tenants: readonly Tenant[],
  deploymentId: string,
): Promise<GateAnswer[]> {
  const producer = createProducer(kafkaOf(env));
  const waker = createWakeSender({ producer, topicPrefix: env['VECINO_TOPIC_PREFIX'] ?? '' });
  try {
    return await withTemporal(env, ({ client }, { namespace }) => {
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
    });
  } finally {
    await producer.close();
  }
}
