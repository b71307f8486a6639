import { provisionTopics } from '@vecino/messaging';
import { followRegistry, type RegistryFeed } from '@vecino/registry';
import { silentLogger } from '@vecino/telemetry';
import { type Registry } from '@vecino/tenancy';
import { ensureNamespace } from '@vecino/temporal';
import { kafkaOf, type PlatformEnvironment } from './platform-access.js';
import { withTemporal } from './temporal-access.js';
import { makeNamespaces } from './tenants/provision.js';

/** What was not there before. */
export interface ProvisionReport {
  readonly topics: readonly string[];
  /** Settings of topics that are not as planned. They are left as they are. */
  readonly differences: readonly string[];
  /** Temporal namespaces that were made, or whose retention was changed. */
  readonly namespaces: readonly string[];
  readonly tenants: number;
}

export interface ProvisionPlan {
  /** Path of the file that a registry begins with which nobody has made yet. */
  readonly importFile?: string;
  /** Of the shared namespace and of the tenants' own; see `ensureNamespace`. */
  readonly retentionMs?: number;
}

/**
 * Makes what services need before they start, where it is missing: topics, the registry, the shared Temporal namespace and
 * those of tenants, all with their search attributes. Safe to run again, and from several processes at once.
 */
export async function provisionPlatform(
  env: PlatformEnvironment,
  { importFile, retentionMs }: ProvisionPlan,
): Promise<{ readonly report: ProvisionReport; readonly registry: Registry }> {
  const { created, differences } = await provisionTopics(kafkaOf(env), env['VECINO_TOPIC_PREFIX'] ?? '');
  const feed = await readRegistry(env, importFile);
  const registry = feed.current();
  await feed.close();
  const shared = await makeSharedNamespace(env, retentionMs);
  const own = await provisionNamespaces(env, registry, retentionMs);
  const report = {
    topics: created,
    differences: differences.map(
      ({ topic, setting, expected, actual }) => `${topic}: ${setting} is ${actual}, planned ${expected}`,
    ),
    namespaces: [...shared, ...own],
    tenants: registry.tenants.length,
  };
  return { report, registry };
}

/** Makes the topics, and the registry from its file where nobody has made one. */
export async function openRegistry(env: PlatformEnvironment, importFile: string): Promise<RegistryFeed> {
  await provisionTopics(kafkaOf(env), env['VECINO_TOPIC_PREFIX'] ?? '');
  return readRegistry(env, importFile);
}

/** Makes the Temporal namespaces of tenants that have one of their own, or are about to. */
export function provisionNamespaces(
  env: PlatformEnvironment,
  { tenants }: Registry,
  retentionMs?: number,
): Promise<string[]> {
  const needs = tenants.flatMap((tenant) => [
    { tenant, route: tenant.route },
    ...(tenant.moving === undefined ? [] : [{ tenant, route: tenant.moving.to }]),
  ]);
  // Their status topics come with their first status.
  return makeNamespaces(env, needs, retentionMs === undefined ? {} : { retentionMs });
}

const readRegistry = (env: PlatformEnvironment, importFile: string | undefined): Promise<RegistryFeed> =>
  followRegistry({
    kafka: kafkaOf(env),
    topicPrefix: env['VECINO_TOPIC_PREFIX'] ?? '',
    logger: silentLogger,
    ...(importFile !== undefined && { importFile }),
  });

const makeSharedNamespace = (
  env: PlatformEnvironment,
  retentionMs: number | undefined,
): Promise<readonly string[]> =>
  withTemporal(
    env,
    async ({ connection }, { namespace }) => {
      const done = await ensureNamespace(connection, {
        namespace,
        description: 'Deployments of the tenants that share it',
        retentionMs,
      });
      return done === 'unchanged' ? [] : [namespace];
    },
    { mayLackNamespace: true },
  );
