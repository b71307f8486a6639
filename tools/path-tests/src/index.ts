export * from './evidence.js';
export { type PathPlatform } from './path-platform.js';
export { routerStates } from './router-states.js';
export { encodeSent, type ProducedRequest, sendRequests } from './send-requests.js';
export * from './sent-request.js';
export { readExecutions } from './temporal-record.js';
export { markdownTable } from './tenants/markdown-table.js';
export { numbered, type RequestLoad, type RequestStream, startLoad } from './tenants/request-stream.js';
export { type Choices, seededChoices } from './tenants/seeded-choices.js';
export { type StatusWatch, watchStatuses } from './tenants/status-watch.js';
export {
  intakeOf,
  networkOf,
  type PlannedRouter,
  routerOf,
  routersOf,
  type TenantPlan,
} from './tenants/tenant-plan.js';
export { startTenantPlatform, type TenantPlatform } from './tenants/tenant-platform.js';
export { startVecino } from './tenants/vecino-process.js';
