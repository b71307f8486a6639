export { CallLog, type CallRecord, type LogRecord, type PowerCause, type PowerRecord } from './call-log.js';
export { CertificateAuthority, type KeyAndCertificate } from './certificate-authority.js';
export { simulatorConfigSchema, type SimulatorConfig } from './config.js';
export { faultSchema, type Fault, type FaultKind, type FaultSettings, type RpcMethod } from './fault.js';
export { fleet, type FleetSettings } from './fleet.js';
export { mutationIntervals, type MutationInterval } from './mutation-intervals.js';
export type {
  AlarmConfig,
  BgpPeerConfig,
  GnmiEncoding,
  InterfaceConfig,
  RouterConfig,
  RouterSettings,
} from './router-config.js';
export type { RouterSnapshot, StandbySnapshot } from './router-snapshot.js';
export type { Router } from './router.js';
export { seededRandom } from './seeded-random.js';
export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
export {
  certificateFiles,
  readAuthority,
  writeCertificates,
  type CertificateFiles,
} from './write-certificates.js';
export { writeImage, type ImageManifest } from './write-image.js';
