export { CallLog, type CallRecord, type LogRecord, type PowerRecord } from './call-log.js';
export { CertificateAuthority, type KeyAndCertificate } from './certificate-authority.js';
export { simulatorConfigSchema, type SimulatorConfig } from './config.js';
export type { Fault, FaultSettings } from './fault.js';
export { fleet, type FleetSettings } from './fleet.js';
export type { RouterConfig, RouterSettings } from './router-config.js';
export type { Router, RouterSnapshot } from './router.js';
export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
export {
  certificateFiles,
  readAuthority,
  writeCertificates,
  type CertificateFiles,
} from './write-certificates.js';
export { writeImage, type ImageManifest } from './write-image.js';
