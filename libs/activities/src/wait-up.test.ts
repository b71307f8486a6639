import { MockActivityEnvironment } from '@temporalio/testing';
import { createDeviceActivities } from './device-activities.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

const HOUR = 3_600_000;

test.each([
  ['waitUp', { bootTimeNs: '60000000000', upAt: expect.any(Number) }],
  ['verify', { runningVersion: '2.0.0' }],
] as const)('%s still waits for a router when it spent two hours in the task queue', async (step, result) => {
  let looks = 0;
  const away = { kind: 'rpc-error', code: 'UNAVAILABLE', message: 'away' };
  const after = (answer: object) => async () => (++looks < 3 ? away : { kind: 'answer', ...answer });
  const device = {
    gnmi: { systemState: after({ reported: true, bootTimeNs: 60_000_000_000n }) },
    os: { verify: after({ version: '2.0.0', activationFailMessage: '', standby: { kind: 'not-reported' } }) },
    system: { rebootStatus: after({ active: false, waitNs: 0n }) },
    close: () => undefined,
  };
  const activities = createDeviceActivities(depsAround(device));
  const late = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - 2 * HOUR });
  const perform = activities[step] as (given: object) => Promise<object>;
  expect(await late.run(perform, stepInput)).toEqual(result);
});

test.each([
  ['away', 'its boot time cannot be read: no route to it', { kind: 'rpc-error', message: 'no route to it' }],
  [
    'mute',
    'it gives no boot time: not in its tree',
    { kind: 'answer', reported: false, why: 'not in its tree' },
  ],
])('a router that stays %s is given up with the reason why it counted as away', async (_, why, state) => {
  const device = { gnmi: { systemState: async () => state }, close: () => undefined };
  let now = 0;
  const { waitUp } = createDeviceActivities(depsAround(device, { clock: { now: () => (now += HOUR) } }));
  const failure = await new MockActivityEnvironment().run(waitUp, stepInput).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    type: 'DEVICE_DID_NOT_RETURN',
    message: expect.stringMatching(`not come back within \\d+ s: ${why}$`) as unknown,
  });
});
