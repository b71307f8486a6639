export { createDeviceActivities } from './device-activities.js';
export { deviceConnector, type DeviceConnector, type DialledRouter } from './device-connector.js';
export { DeviceFault, toApplicationFailure } from './device-fault.js';
export { fileImageStore } from './file-image-store.js';
export type { ImageCheck, ImageLookup, ImageStore, StoredImage } from './image-store.js';
export { DEFAULT_POLLING, type Polling } from './polling.js';
export { DEFAULT_DEVICE_PORT, registryRouterAccess } from './registry-router-access.js';
export type { RouterAccess, RouterAccessPolicy } from './router-access.js';
export type { DeviceActivityDeps } from './run-step.js';
