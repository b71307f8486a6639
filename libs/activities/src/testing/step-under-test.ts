import type { DeviceConnection } from '@vecino/gnoi';
import { silentLogger } from '@vecino/telemetry';
import { DEFAULT_UPGRADE_POLICY } from '@vecino/upgrade';
import type { StepInput } from '@vecino/workflows';
import type { DeviceActivityDeps } from '../device-activity-deps.js';
import type { EvidenceStore } from '../evidence-store.js';

/** A step of an upgrade from 1.0.0 to 2.0.0. */
export const stepInput: StepInput = {
  tenantId: 'chogar',
  deploymentId: 'd-1',
  routerId: 'r-1',
  routerIp: '127.0.0.1',
  softwareVersion: '2.0.0',
  direction: 'forward',
  baseline: {
    runningVersion: '1.0.0',
    bootTimeNs: '1000',
    takenAt: 0,
    supervisors: 'single',
    activateReboots: false,
  },
};

const noEvidence: EvidenceStore = {
  openLog: () => ({ append: () => Promise.resolve(), close: () => Promise.resolve() }),
  write: () => Promise.reject(new Error('this test writes no evidence')),
};

/** Everything a step needs, around a device that a test plays; its pauses last a millisecond. */
export const depsAround = (device: unknown, deps: Partial<DeviceActivityDeps> = {}): DeviceActivityDeps => ({
  connect: () => device as DeviceConnection,
  images: {} as never,
  evidence: noEvidence,
  access: { check: () => ({ allowed: true, port: 1, tls: false, serverName: 'r-1' }) },
  rules: { policyOf: () => DEFAULT_UPGRADE_POLICY, mayInstall: () => true, stopOf: () => undefined },
  clock: { now: () => Date.now() },
  logger: silentLogger,
  polling: { firstMs: 1, factor: 1, maxMs: 1 },
  progress: () => Promise.resolve(),
  claim: () => Promise.resolve('ours'),
  ...deps,
});
