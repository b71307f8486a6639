import type { DeviceSnapshot } from '@vecino/upgrade';
import type { DeploymentReport } from '@vecino/workflows';
import type { Finding } from '../evidence-store.js';
import { stepInput } from './step-under-test.js';

const before: DeviceSnapshot = {
  takenAt: 10,
  version: '1.0.0',
  bootTimeNs: '1000',
  standby: { kind: 'present', id: 'RP1', version: '1.0.0', activationFailMessage: '' },
  interfacesUp: ['eth0'],
  peersEstablished: ['DEFAULT 192.0.2.1'],
  alarms: [{ id: 'a', severity: 'MINOR', text: 'a fan', resource: 'FAN1' }],
  freeBytes: 7,
};
const lost = { kind: 'interface-down', name: 'eth0' } as const;
const changes = [{ kind: 'version', before: '1.0.0', after: '2.0.0' }, lost] as const;

/** What its steps wrote down. */
export const findingsUnderTest: readonly Finding[] = [
  { event: 'before', snapshot: before },
  {
    event: 'compared',
    after: { ...before, version: '2.0.0', interfacesUp: [] },
    changes,
    faults: [lost],
    waived: [],
  },
];
const { baseline, direction: _, ...target } = stepInput;

/** Of an upgrade that has all that a report can have. */
export const reportUnderTest: DeploymentReport = {
  target,
  workflowId: 'deployment/chogar/d-1',
  runId: 'run-1',
  requestedAt: 1,
  requestedBy: 'someone',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  startedAt: 5,
  endedAt: 5_000,
  phases: [
    { state: 'PRECHECK', at: 5 },
    { state: 'STAGING', at: 1_005 },
  ],
  outcome: {
    state: 'ROLLED_BACK',
    reason: { code: 'POSTCHECK_FAILED', text: 'interface eth0 is down' },
    details: { gnoi_error: 'none' },
    untold: [],
  },
  policy: {
    soakSeconds: 1,
    recoverySeconds: 2,
    requiredChecks: ['interfaces'],
    waivers: [{ check: 'alarms', name: 'fan*' }],
    rollback: true,
  },
  image: { sha256: 'ab'.repeat(32), bytes: 9 },
  baseline: { ...baseline, deviceTimeNs: '2000', manufacturer: 'Vecino' },
  postcheck: {
    kind: 'degraded',
    changes: { count: changes.length, first: changes },
    faults: { count: 1, first: [lost] },
    waived: { count: 0, first: [] },
    text: 'interface eth0 is down',
  },
  rebootSentAt: 2_000,
  rollback: { baseline, rebootSentAt: 3_000 },
  commands: [{ commandId: 'c-1', answer: 'too late', at: 2_500 }],
};
