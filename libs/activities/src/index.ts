export { createDeviceActivities } from './device-activities.js';
export type { DeviceActivityDeps } from './device-activity-deps.js';
export { deviceConnector, type DeviceConnector, type DialledRouter } from './device-connector.js';
export { DeviceFault, toApplicationFailure } from './device-fault.js';
export {
  evidenceJsonSchema,
  evidenceSchema,
  type EvidenceCall,
  type EvidenceDocument,
} from './evidence-document.js';
export type {
  CallEntry,
  EvidenceEntry,
  EvidenceKey,
  EvidenceLog,
  EvidenceStore,
  Finding,
} from './evidence-store.js';
export { evidenceReference, fileEvidenceStore } from './file-evidence-store.js';
export { fileImageStore } from './file-image-store.js';
export { readImageKeys } from './image-manifest.js';
export type { ImageCheck, ImageLookup, ImageStore, StoredImage } from './image-store.js';
export { DEFAULT_POLLING, type Polling } from './polling.js';
export { DEFAULT_DEVICE_PORT, registryRouterAccess } from './registry-router-access.js';
export { registryTenantRules } from './registry-tenant-rules.js';
export type { RouterAccess, RouterAccessPolicy } from './router-access.js';
export type { TellProgress } from './step-reporter.js';
export type { TenantRules } from './tenant-rules.js';
