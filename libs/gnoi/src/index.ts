export type { CallLimits } from './device-call.js';
export * from './device-connection.js';
export type { DeviceTls } from './device-tls.js';
export type { Capabilities } from './read-answers.js';
export { formatPath, leafText, parsePath } from './gnmi-path.js';
export { CHUNK_BYTES } from './install.js';
export type { InstallImage, InstallOptions, InstallProgress } from './install.js';
export * from './wire.js';
