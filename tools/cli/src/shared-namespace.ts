import { type PlatformEnvironment } from './platform-access.js';

/** The namespace of all tenants that have none of their own, as Temporal's configuration names it. */
export async function sharedNamespace(env: PlatformEnvironment): Promise<string> {
  const named = env['TEMPORAL_NAMESPACE'];
  if (named) return named;
  if (!env['TEMPORAL_CONFIG_FILE'] && !env['TEMPORAL_PROFILE']) return 'default';
  const { parseTemporalConfig } = await import('./temporal-configuration.js');
  return parseTemporalConfig(env).namespace;
}
