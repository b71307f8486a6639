import { MockActivityEnvironment } from '@temporalio/testing';
import type { DeviceConnection } from '@vecino/gnoi';
import { silentLogger } from '@vecino/telemetry';
import { NEVER_ACCEPTED_AFTER_MS } from '@vecino/upgrade';
import { createDeviceActivities } from './device-activities.js';
import { BOOT_TIME_PATH } from './observe-device.js';

const input = {
  tenantId: 'chogar',
  deploymentId: 'd-1',
  routerId: 'r-1',
  routerIp: '127.0.0.1',
  softwareVersion: '2.0.0',
  baseline: { runningVersion: '1.0.0', bootTimeNs: '1000' },
};

/** A second attempt's Reboot at a router that shows no change, with what the first one's last heartbeat said. */
async function sentAfter(heartbeatOf: (startedAt: number) => unknown): Promise<number> {
  const startedAt = Date.now();
  let now = startedAt;
  const sent: number[] = [];
  const device = {
    gnmi: { get: async () => ({ kind: 'answer', leaves: new Map([[BOOT_TIME_PATH, '1000']]) }) },
    os: { verify: async () => ({ kind: 'answer', version: '1.0.0' }) },
    system: {
      rebootStatus: async () => ({ kind: 'answer', active: false, waitNs: 0n }),
      reboot: async () => (sent.push(now - startedAt), { kind: 'answer' }),
    },
    close: () => undefined,
  } as unknown as DeviceConnection;
  const { reboot } = createDeviceActivities({
    connect: () => device,
    images: {} as never,
    access: { check: () => ({ allowed: true, port: 1, tls: false, serverName: 'r-1' }) },
    // Each reading is a second later, so that no test waits.
    clock: { now: () => (now += 1_000) },
    logger: silentLogger,
    polling: { firstMs: 1, factor: 1, maxMs: 1 },
  });
  const second = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: heartbeatOf(startedAt) });
  await second.run(reboot, input);
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
    expect(await sentAfter(heartbeat)).toBeGreaterThan(NEVER_ACCEPTED_AFTER_MS);
  },
);
