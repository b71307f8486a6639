import { MockActivityEnvironment } from '@temporalio/testing';
import type { Reason } from '@vecino/foundation';
import { emptyRegistry } from '@vecino/tenancy';
import { DEFAULT_UPGRADE_POLICY } from '@vecino/upgrade';
import { createDeviceActivities } from './device-activities.js';
import { registryTenantRules } from './registry-tenant-rules.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

const STOPPED: Reason = { code: 'VERSION_STOPPED', text: 'stopped everywhere' };

/** Precheck of a router that takes no call, under an order that is lifted after so many looks. */
function precheckUnder(looks: number, clockStepMs: number) {
  let asked = 0;
  let now = 0;
  let dialled = 0;
  const rules = {
    policyOf: () => DEFAULT_UPGRADE_POLICY,
    mayInstall: () => false,
    stopOf: () => (++asked <= looks ? STOPPED : undefined),
  };
  const images = { find: async () => ({ kind: 'missing' }), versions: async () => (dialled++, []) } as never;
  const clock = { now: () => (now += clockStepMs) };
  const { precheck } = createDeviceActivities(
    depsAround({ close: () => undefined }, { rules, images, clock }),
  );
  const failure = new MockActivityEnvironment().run(precheck, stepInput).catch((error: unknown) => error);
  return { failure, dialled: () => dialled };
}

test('a deployment that slipped past an order waits until the order is lifted, and then goes on', async () => {
  const { failure, dialled } = precheckUnder(5, 1);
  expect(await failure).toMatchObject({ type: 'IMAGE_NOT_ALLOWED' });
  expect(dialled()).toBeGreaterThan(0);
});

test('one that is still held is tried again by another attempt, and rejected if that is the last', async () => {
  const { failure, dialled } = precheckUnder(Infinity, 60_000);
  expect(await failure).toMatchObject({
    type: 'VERSION_STOPPED',
    nonRetryable: false,
    details: [{ state: 'REJECTED', reason: STOPPED }],
  });
  expect(dialled()).toBe(0);
});

test('the registry says what is stopped: everything, or one version', () => {
  const order = { reason: 'ana: it bricks routers', at: 0 };
  const rulesUnder = (controls: object) =>
    registryTenantRules(() => ({
      ...emptyRegistry('test'),
      controls: { revision: 1, stoppedVersions: [], ...controls },
    }));
  expect(rulesUnder({}).stopOf('2.0.0')).toBeUndefined();
  const stopped = rulesUnder({ stoppedVersions: [{ ...order, softwareVersion: '2.0.0' }] });
  expect(stopped.stopOf('2.0.0')).toMatchObject({ code: 'VERSION_STOPPED' });
  expect(stopped.stopOf('2.0.1')).toBeUndefined();
  expect(rulesUnder({ paused: order }).stopOf('2.0.1')).toMatchObject({
    code: 'PLATFORM_PAUSED',
    text: expect.stringContaining('it bricks routers') as unknown,
  });
});
