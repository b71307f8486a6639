import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActivateOutcome } from '@vecino/upgrade';
import { createDeviceActivities } from './device-activities.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

/** A router at rest with two supervisors, which answers Activate of each as it is told. */
async function confirm(activated: { readonly active: ActivateOutcome; readonly standby: ActivateOutcome }) {
  let now = 0;
  const asked: string[] = [];
  const device = {
    gnmi: { chassis: async () => ({ kind: 'answer', reported: true, chassis: { manufacturer: 'vecino' } }) },
    os: {
      verify: async () => ({
        kind: 'answer',
        version: '1.0.0',
        activationFailMessage: '',
        individualSupervisorInstall: true,
        standby: { kind: 'present', version: '1.0.0' },
      }),
      isInstalling: async () => ({ kind: 'answer', installing: false }),
      activate: async ({ standbySupervisor }: { standbySupervisor: boolean }) => {
        const supervisor = standbySupervisor ? 'standby' : 'active';
        asked.push(supervisor);
        return activated[supervisor];
      },
    },
    system: { rebootStatus: async () => ({ kind: 'answer', active: false, waitNs: 0n }) },
    close: () => undefined,
  };
  // Each reading of the clock is a second later, so that no test waits.
  const { confirmIdle } = createDeviceActivities(
    depsAround(device, { clock: { now: () => (now += 1_000) } }),
  );
  const result = await new MockActivityEnvironment().run(confirmIdle, stepInput).then(
    (idle) => idle,
    (error: { type: string; message: string }) => ({ type: error.type, message: error.message }),
  );
  return { result, asked: [...new Set(asked)] };
}

const took: ActivateOutcome = { kind: 'activated' };
const lacks: ActivateOutcome = { kind: 'activate-error', type: 'NON_EXISTENT_VERSION', detail: 'no 1.0.0' };

test('a router at rest is idle once every supervisor will boot what it runs', async () => {
  expect(await confirm({ active: took, standby: took })).toEqual({
    result: { runningVersion: '1.0.0' },
    asked: ['active', 'standby'],
  });
});

test.each(['active', 'standby'] as const)(
  'a router whose %s supervisor does not hold what it runs is not at rest: it boots something else',
  async (supervisor) => {
    const { result } = await confirm({ active: took, standby: took, [supervisor]: lacks });
    expect(result).toMatchObject({
      type: 'DEVICE_STATE_UNKNOWN',
      message: expect.stringContaining(`the ${supervisor} supervisor does not hold 1.0.0`) as string,
    });
  },
);
