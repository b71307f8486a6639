import { readRegistryOnce } from '@vecino/registry';
import { type Registry } from '@vecino/tenancy';
import { busy } from './busy.js';
import { kafkaOf, type PlatformEnvironment } from './platform-access.js';

/** The tenants of the platform as they are now, from its topic. */
export const registryOf = (env: PlatformEnvironment): Promise<Registry> =>
  busy.while('reading the registry', () => readRegistryOnce(kafkaOf(env), env['VECINO_TOPIC_PREFIX'] ?? ''));
