import { MockActivityEnvironment } from '@temporalio/testing';
import { DEFAULT_UPGRADE_POLICY, type DeviceSnapshot } from '@vecino/upgrade';
import type { PostcheckInput, PostcheckResult } from '@vecino/workflows';
import { createDeviceActivities } from './device-activities.js';
import type { EvidenceEntry } from './evidence-store.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

const LARGE = 10_000;
const HOUR_MS = 3_600_000;
const verify = {
  kind: 'answer',
  version: '2.0.0',
  activationFailMessage: '',
  standby: { kind: 'not-reported' },
};
const away = { kind: 'rpc-error', code: 'UNAVAILABLE', message: 'away' };
const reported = (what: object) => async () => ({ kind: 'answer', reported: true, ...what });
const lostAll = {
  systemState: reported({ bootTimeNs: 60_000_000_000n }),
  interfaces: reported({ interfaces: new Map() }),
  bgpPeers: reported({ peers: [] }),
  alarms: reported({ alarms: [] }),
  freeSpace: reported({ freeBytes: 1 }),
};

const snapshot: DeviceSnapshot = {
  takenAt: 0,
  version: '1.0.0',
  bootTimeNs: '1000',
  standby: { kind: 'not-reported' },
  interfacesUp: Array.from({ length: LARGE }, (_, n) => `HundredGigE0/0/0/${n}`),
  peersEstablished: Array.from({ length: LARGE }, (_, n) => `DEFAULT 2001:db8:1234:5678::${n.toString(16)}`),
};
const input: PostcheckInput = {
  ...stepInput,
  snapshot,
  policy: { ...DEFAULT_UPGRADE_POLICY, recoverySeconds: 0 },
  up: { bootTimeNs: '60000000000', upAt: 0 },
};

function postcheck(gnmi: object, os: object, hoursPerLook = 0): Promise<PostcheckResult> {
  let looks = 0;
  const append = (entry: EvidenceEntry) => Promise.resolve(void logged.push(entry));
  const activities = createDeviceActivities(
    depsAround(
      { gnmi, os, close: () => undefined },
      {
        evidence: { openLog: () => ({ append, close: async () => undefined }) } as never,
        clock: { now: () => (looks += hoursPerLook) * HOUR_MS },
      },
    ),
  );
  return new MockActivityEnvironment().run(activities.postcheck, input);
}

let logged: EvidenceEntry[];
beforeEach(() => (logged = []));

test('a large router that lost everything is told of in a few kilobytes; the evidence has it all', async () => {
  const result = await postcheck(lostAll, { verify: async () => verify });
  expect(result).toMatchObject({ kind: 'degraded', faults: { count: 2 * LARGE } });
  expect(JSON.stringify(result).length).toBeLessThan(20_000);
  const [finding] = logged.filter((entry) => entry.event === 'compared');
  expect(finding?.faults).toHaveLength(2 * LARGE);
});

test('what stays compared with such a router fits into a history', () => {
  expect(JSON.stringify(input).length).toBeLessThan(1024 * 1024);
});

test.each([
  ['POSTCHECK_FAILED', 'answers, and never tells its state', async () => verify],
  ['DEVICE_DID_NOT_RETURN', 'is away', async () => away],
] as const)('%s where the router %s', async (type, _, asked) => {
  const silent = { ...lostAll, systemState: async () => away };
  const failure = await postcheck(silent, { verify: asked }, 1).catch((error: unknown) => error);
  expect(failure).toMatchObject({ type, nonRetryable: true });
});
