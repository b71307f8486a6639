import { MockActivityEnvironment } from '@temporalio/testing';
import { DEFAULT_UPGRADE_POLICY } from '@vecino/upgrade';
import type { Direction, StepInput } from '@vecino/workflows';
import { createDeviceActivities } from './device-activities.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

/** Installs 1.0.0 for a tenant that may have 2.0.0 only by now. */
async function installOld(direction: Direction): Promise<unknown> {
  const find = async (version: string) => ({ kind: 'found', image: { version, bytes: 1, sha256: '' } });
  const images = { find, versions: async () => ['1.0.0', '2.0.0'], check: async () => ({ kind: 'intact' }) };
  const validated = { kind: 'validated', version: '1.0.0', transferred: true, bytes: 1 };
  const device = { os: { install: async () => validated }, close: () => undefined };
  const { install } = createDeviceActivities(
    depsAround(device, {
      images: images as never,
      rules: {
        policyOf: () => DEFAULT_UPGRADE_POLICY,
        mayInstall: (_tenantId, version) => version === '2.0.0',
        stopOf: () => undefined,
      },
    }),
  );
  const baseline = { ...stepInput.baseline, runningVersion: '2.0.0' };
  const input: StepInput = { ...stepInput, softwareVersion: '1.0.0', baseline, direction };
  return new MockActivityEnvironment().run(install, input).catch((error: unknown) => error);
}

test('the way back is not barred by an allow list that has lost the old version', async () => {
  expect(await installOld('rollback')).toEqual({ transferred: true, bytes: 1 });
});

test('the way forward is', async () => {
  expect(await installOld('forward')).toMatchObject({
    type: 'IMAGE_NOT_ALLOWED',
    nonRetryable: true,
    message: expect.stringMatching(/allowed: 2\.0\.0$/) as unknown,
  });
});
