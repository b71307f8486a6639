export { COMMON_VARIABLES, type CommonConfig, SCHEMA_REGISTRY_VARIABLES } from './common-config.js';
export * from './parse-service-config.js';
export * from './standard-variables.js';
export * from './told-variables.js';
