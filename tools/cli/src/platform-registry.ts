import { type Registry } from '@vecino/tenancy';
import { type PlatformEnvironment } from './platform-access.js';
import { readRegistry } from './read-registry.js';
import { type Repository } from './repository.js';

/** The tenants of the platform as they are now. */
export const registryOf = (env: PlatformEnvironment, repository: Repository): Promise<Registry> =>
  Promise.resolve(readRegistry(env['VECINO_TENANTS_FILE'] ?? repository.tenantsFile));
