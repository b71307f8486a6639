import { MockActivityEnvironment } from '@temporalio/testing';
import type { DeviceConnection } from '@vecino/gnoi';
import { silentLogger } from '@vecino/telemetry';
import { createDeviceActivities } from './device-activities.js';
import { BOOT_TIME_PATH } from './observe-device.js';

const HOUR = 3_600_000;

test.each([
  ['waitUp', { bootTimeNs: '2000' }],
  ['verify', { runningVersion: '2.0.0' }],
] as const)('%s still waits for a router when it spent two hours in the task queue', async (step, result) => {
  let looks = 0;
  const away = { kind: 'rpc-error', code: 'UNAVAILABLE', message: 'away' };
  const after = (answer: object) => async () => (++looks < 3 ? away : { kind: 'answer', ...answer });
  const device = {
    gnmi: { get: after({ leaves: new Map([[BOOT_TIME_PATH, '2000']]) }) },
    os: { verify: after({ version: '2.0.0', activationFailMessage: '' }) },
    system: { rebootStatus: after({ active: false, waitNs: 0n }) },
    close: () => undefined,
  } as unknown as DeviceConnection;
  const activities = createDeviceActivities({
    connect: () => device,
    images: {} as never,
    access: { check: () => ({ allowed: true, port: 1, tls: false, serverName: 'r-1' }) },
    clock: { now: () => Date.now() },
    logger: silentLogger,
    polling: { firstMs: 1, factor: 1, maxMs: 1 },
  });
  const late = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - 2 * HOUR });
  const perform = activities[step] as (given: object) => Promise<object>;
  const input = {
    tenantId: 'chogar',
    deploymentId: 'd-1',
    routerId: 'r-1',
    routerIp: '127.0.0.1',
    softwareVersion: '2.0.0',
    baseline: { runningVersion: '1.0.0', bootTimeNs: '1000' },
  };
  expect(await late.run(perform, input)).toEqual(result);
});
