export * from './image-rules.js';
export * from './parse-registry.js';
export * from './reach.js';
export * from './registry.js';
export { type RegistryFault } from './registry-yaml.js';
export * from './routing.js';
export * from './settings.js';
export * from './tenant.js';
export * from './tier.js';
