import { createTopic, planStatusTopic, withAdmin } from '@vecino/messaging';
import { namespaceOf, type Route, type Tenant } from '@vecino/tenancy';
import { ensureNamespace } from '@vecino/temporal';
import { kafkaOf, type PlatformEnvironment } from '../platform-access.js';
import { withTemporal } from '../temporal-access.js';

/** What a tenant needs before the registry may send its work there. */
export interface TenantNeeds {
  readonly tenant: Pick<Tenant, 'id'>;
  /** Where it is, or is about to be. */
  readonly route: Route;
}

export interface Provisioned {
  /** Status topics that were made. */
  readonly topics: readonly string[];
  /** Temporal namespaces that were made, or whose retention was changed. */
  readonly namespaces: readonly string[];
}

export const NOTHING_PROVISIONED: Provisioned = { topics: [], namespaces: [] };

export interface ProvisionOptions {
  /** Of the tenants' own namespaces; see `ensureNamespace`. */
  readonly retentionMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Makes status topics and, for the route `namespace`, Temporal namespaces with their retention and search attributes.
 * Safe to run again: what is there stays.
 */
export async function provisionTenants(
  env: PlatformEnvironment,
  needs: readonly TenantNeeds[],
  options: ProvisionOptions = {},
): Promise<Provisioned> {
  if (needs.length === 0) return NOTHING_PROVISIONED;
  const [topics, namespaces] = await Promise.all([
    makeStatusTopics(env, needs),
    makeNamespaces(env, needs, options),
  ]);
  return { topics, namespaces };
}

function makeStatusTopics(env: PlatformEnvironment, needs: readonly TenantNeeds[]): Promise<string[]> {
  return withAdmin(kafkaOf(env), async (admin) => {
    const { brokers } = await admin.describeCluster();
    const known = new Set(await admin.listTopics());
    const made: string[] = [];
    for (const { tenant } of needs) {
      const topic = planStatusTopic(tenant.id, brokers.length, env['VECINO_TOPIC_PREFIX']);
      if (!known.has(topic.name) && (await createTopic(admin, topic))) made.push(topic.name);
    }
    return made;
  });
}

/** Only the Temporal namespaces; see `provisionTenants`. */
export async function makeNamespaces(
  env: PlatformEnvironment,
  needs: readonly TenantNeeds[],
  { retentionMs, signal }: ProvisionOptions = {},
): Promise<string[]> {
  const own = needs.filter(({ route }) => route === 'namespace');
  if (own.length === 0) return [];
  return withTemporal(env, async ({ connection }, { namespace: shared }) => {
    const made: string[] = [];
    for (const { tenant } of own) {
      const namespace = namespaceOf({ id: tenant.id, route: 'namespace' }, shared);
      const description = `Deployments of tenant ${tenant.id}`;
      const done = await ensureNamespace(connection, {
        namespace,
        description,
        retentionMs,
        ...(signal && { signal }),
      });
      if (done !== 'unchanged') made.push(namespace);
    }
    return made;
  });
}
