import { MockActivityEnvironment } from '@temporalio/testing';
import { UPGRADE_TIMING } from '@vecino/upgrade';
import { createDeviceActivities } from './device-activities.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

/** A second attempt's Reboot at a router that shows no change, with what the first one's last heartbeat said. */
async function sentAfter(heartbeatOf: (startedAt: number) => unknown): Promise<number> {
  const startedAt = Date.now();
  let now = startedAt;
  const sent: number[] = [];
  const device = {
    gnmi: { systemState: async () => ({ kind: 'answer', reported: true, bootTimeNs: 1000n }) },
    os: { verify: async () => ({ kind: 'answer', version: '1.0.0' }) },
    system: {
      rebootStatus: async () => ({ kind: 'answer', active: false, waitNs: 0n }),
      reboot: async () => (sent.push(now - startedAt), { kind: 'answer' }),
    },
    close: () => undefined,
  };
  // Each reading of the clock is a second later, so that no test waits.
  const { reboot } = createDeviceActivities(depsAround(device, { clock: { now: () => (now += 1_000) } }));
  const second = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: heartbeatOf(startedAt) });
  await second.run(reboot, stepInput);
  const [first] = sent;
  if (first === undefined || sent.length !== 1) throw new Error(`sent ${sent.length} times`);
  return first;
}

test.each<[string, (startedAt: number) => unknown]>([
  ['is lost', () => undefined],
  ['is older than its last Reboot', (startedAt) => ({ rebootSentAt: startedAt - 5 * 60_000 })],
  ['is of another clock', (startedAt) => ({ rebootSentAt: startedAt + 5 * 60_000 })],
])(
  "a retry whose predecessor's heartbeat %s waits the full minute before it sends",
  async (_name, heartbeat) => {
    expect(await sentAfter(heartbeat)).toBeGreaterThan(UPGRADE_TIMING.neverAcceptedAfterMs);
  },
);
