import { MockActivityEnvironment } from '@temporalio/testing';
import { createDeviceActivities } from './device-activities.js';
import { LARGEST_SNAPSHOT_BYTES } from './precheck.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

const NAME_BYTES = 1_000;
const answer = (what: object) => async () => ({ kind: 'answer', reported: true, ...what });

/** Precheck of a router whose interfaces' names take so many bytes in all. */
async function precheck(bytesOfNames: number): Promise<unknown> {
  const names = Array.from({ length: bytesOfNames / NAME_BYTES }, (_, n) => `${n}`.padEnd(NAME_BYTES, '/'));
  const device = {
    gnmi: {
      systemState: answer({ bootTimeNs: 1_000n }),
      chassis: answer({ chassis: {} }),
      interfaces: answer({ interfaces: new Map(names.map((name) => [name, 'UP'])) }),
      bgpPeers: answer({ peers: [] }),
      alarms: answer({ alarms: [] }),
      freeSpace: answer({ freeBytes: 1e12 }),
    },
    os: {
      verify: answer({ version: '1.0.0', activationFailMessage: '', standby: { kind: 'not-reported' } }),
    },
    system: { rebootStatus: answer({ active: false, waitNs: 0n }) },
    close: () => undefined,
  };
  const find = async (version: string) => ({ kind: 'found', image: { version, bytes: 1, sha256: '' } });
  const activities = createDeviceActivities(depsAround(device, { images: { find } as never }));
  return new MockActivityEnvironment().run(activities.precheck, stepInput).catch((error: unknown) => error);
}

test('a router whose state is too large to be kept is rejected, and told how large it is', async () => {
  expect(await precheck(1_100_000)).toMatchObject({
    type: 'PRECHECK_REFUSED',
    nonRetryable: true,
    message: expect.stringMatching(
      `\\(1100 interfaces, 0 BGP peers, 0 alarms\\) takes \\d+ bytes; at most ${LARGEST_SNAPSHOT_BYTES} can`,
    ) as unknown,
  });
});

test('one that is nearly so large goes on', async () => {
  expect(await precheck(1_000_000)).toMatchObject({ kind: 'proceed' });
});
