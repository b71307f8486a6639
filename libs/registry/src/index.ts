export { changeRegistry, type RegistryChange } from './change-registry.js';
export {
  followRegistry,
  type FollowRegistryOptions,
  type RegistryFeed,
  type RegistryListener,
} from './follow-registry.js';
export { nameTenants, tenantsByRank } from './name-tenants.js';
export { readRegistryOnce } from './read-registry.js';
export { registryFault } from './registry-fault.js';
export { readRegistryFile } from './registry-file.js';
export { RegistryRefusal, type RegistryErrorCode } from './registry-error.js';
