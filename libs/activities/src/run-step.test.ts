import { MockActivityEnvironment } from '@temporalio/testing';
import type { CallHooks, DeviceCall } from '@vecino/gnoi';
import { silentLogger } from '@vecino/telemetry';
import type { ClaimAttempt } from './claim-attempt.js';
import { createDeviceActivities } from './device-activities.js';
import { depsAround, stepInput } from './testing/step-under-test.js';

const HEARTBEAT_TIMEOUT_MS = 10_000;
const steps = ['install', 'arm', 'reboot', 'disarm'] as const;

let skippedMs: number;
beforeEach(() => {
  skippedMs = 0;
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + skippedMs);
});
afterEach(() => jest.restoreAllMocks());

/** What a step sends that changes the device, where its worker stood still for so long just before each such call. */
async function perform(step: (typeof steps)[number], stoodStillMs: number, claim?: ClaimAttempt) {
  const sent: DeviceCall[] = [];
  const playing = ({ beforeCall }: CallHooks) => {
    const mutating = (call: DeviceCall, answer: object) => async () => {
      skippedMs += stoodStillMs;
      await beforeCall?.(call);
      sent.push(call);
      return answer;
    };
    const activate = mutating('gnoi.os.OS/Activate', { kind: 'activated' });
    const validated = { kind: 'validated', version: '2.0.0', transferred: true, bytes: 1 };
    return {
      gnmi: { systemState: async () => ({ kind: 'answer', reported: true, bootTimeNs: 1000n }) },
      os: {
        verify: async () => ({ kind: 'answer', version: '1.0.0' }),
        install: mutating('gnoi.os.OS/Install', validated),
        activate,
      },
      system: {
        rebootStatus: async () => ({ kind: 'answer', active: false, waitNs: 0n }),
        reboot: mutating('gnoi.system.System/Reboot', { kind: 'answer' }),
      },
      close: () => undefined,
    };
  };
  const images = {
    find: async () => ({ kind: 'found', image: { version: '2.0.0', bytes: 1, sha256: '' } }),
    check: async () => ({ kind: 'intact' }),
  };
  const activities = createDeviceActivities(
    depsAround(undefined, {
      connect: (_address, hooks) => playing(hooks ?? {}) as never,
      images: images as never,
      ...(claim && { claim }),
    }),
  );
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS });
  const run = activities[step] as (input: object) => Promise<unknown>;
  const failure = await environment.run(run, stepInput).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { sent, failure };
}

test.each(steps)('%s sends nothing from a worker that stood still: another may be at it', async (step) => {
  const { sent, failure } = await perform(step, HEARTBEAT_TIMEOUT_MS);
  expect(failure).toMatchObject({ type: 'DEVICE_STATE_UNKNOWN', nonRetryable: false });
  expect(failure).toMatchObject({ message: expect.stringContaining('stood still') as unknown });
  expect(sent).toEqual([]);
});

test.each(steps)('%s goes on in a worker that was merely slow', async (step) => {
  const { sent, failure } = await perform(step, 1_000);
  expect(failure).toBeUndefined();
  expect(sent).toHaveLength(1);
});

test.each(steps)(
  '%s sends nothing for a task that was given to another worker before it began',
  async (step) => {
    const { sent, failure } = await perform(step, 0, () => Promise.resolve('lost'));
    expect(failure).toMatchObject({ type: 'DEVICE_STATE_UNKNOWN', nonRetryable: false });
    expect(sent).toEqual([]);
  },
);

test.each(steps)('%s sends nothing while nobody says whose turn it is', async (step) => {
  const { sent, failure } = await perform(step, 0, () => Promise.reject(new Error('no answer')));
  expect(failure).toMatchObject({ type: 'DEVICE_STATE_UNKNOWN', nonRetryable: false });
  expect(sent).toEqual([]);
});

/** How `reboot` ends, and what its last heartbeat says, where that of the attempt before had such a tally. */
async function afterTally(tally: Readonly<Record<string, number>>, deps: Parameters<typeof depsAround>[1]) {
  const { reboot } = createDeviceActivities(depsAround(undefined, deps));
  const environment = new MockActivityEnvironment({
    heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS,
    heartbeatDetails: { tally },
  });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
  const failure = await environment
    .run(reboot as (input: object) => Promise<unknown>, stepInput)
    .catch((error: unknown) => error);
  return { failure, lastHeartbeat: heartbeats.at(-1) };
}

test('workers that were lost, however many, leave the next one its attempt', async () => {
  const claim: ClaimAttempt = () => Promise.resolve('lost');
  const { failure } = await afterTally({ 'worker-lost': 60, DEVICE_STATE_UNKNOWN: 9 }, { claim });
  expect(failure).toMatchObject({ type: 'DEVICE_STATE_UNKNOWN', nonRetryable: false });
});

test.each([
  [8, undefined],
  [9, true],
])('what nobody thought of ends the step as a fault would: after %i times', async (times, nonRetryable) => {
  const warn = jest.spyOn(silentLogger, 'warn');
  const { failure, lastHeartbeat } = await afterTally(
    { unexpected: times, DEVICE_UNREACHABLE: 1 },
    {
      claim: () => Promise.resolve('ours'),
      connect: () => {
        throw new TypeError('a mistake of ours');
      },
    },
  );
  expect(failure).toMatchObject({ message: 'a mistake of ours' });
  expect((failure as { nonRetryable?: boolean }).nonRetryable).toBe(nonRetryable);
  expect(lastHeartbeat).toEqual({ tally: { unexpected: times + 1, DEVICE_UNREACHABLE: 1 } });
  const line = { code: 'DEVICE_STATE_UNKNOWN', final: times === 9, reason: 'TypeError: a mistake of ours' };
  expect(warn).toHaveBeenCalledWith(line, 'step failed');
});
