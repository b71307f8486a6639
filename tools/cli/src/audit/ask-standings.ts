import { silentLogger } from '@vecino/telemetry';
import { namespaceOf, type Tenant } from '@vecino/tenancy';
import { createGateClient, type ListedDeployment, listDeployments } from '@vecino/temporal';
import { type Explanation } from '@vecino/workflows';
import { describe } from '../background.js';
import { type PlatformEnvironment } from '../platform-access.js';
import { withTemporal } from '../temporal-access.js';
import { withWaker } from '../wake-access.js';

/** What a gate says of one of its deployments. */
export type GateWord =
  | { readonly kind: 'said'; readonly explanation: Explanation; readonly toPublish: number }
  /** It does not answer, or reads what its predecessor left behind. */
  | { readonly kind: 'silent'; readonly text: string };

export interface TemporalLooks {
  deployments(since: number): Promise<readonly ListedDeployment[]>;
  ask(tenant: Tenant, deploymentId: string): Promise<GateWord>;
}

/** Connects for the length of `use`. */
export const withTemporalLooks = <T>(
  env: PlatformEnvironment,
  tenants: readonly Tenant[],
  use: (looks: TemporalLooks) => Promise<T>,
): Promise<T> =>
  withWaker(env, (waker) =>
    withTemporal(env, ({ client }, { namespace }) => {
      const namespaces = new Map<string, string>(
        tenants.map((tenant) => [tenant.id, namespaceOf(tenant, namespace)]),
      );
      const namespaceOfTenant = (tenantId: string) => namespaces.get(tenantId);
      const gates = createGateClient({ client, logger: silentLogger, namespaceOf: namespaceOfTenant, waker });
      return use({
        deployments: (since) => listDeployments(client, { since }),
        async ask({ id }, deploymentId) {
          try {
            const explanation = await gates.explain(id, deploymentId);
            const load = await gates.load(id);
            if (load?.ready === false) return { kind: 'silent', text: explanation.sentence };
            return { kind: 'said', explanation, toPublish: load?.toPublish ?? 0 };
          } catch (error) {
            return { kind: 'silent', text: describe(error) };
          }
        },
      });
    }),
  );
