import { CancelledFailure } from '@temporalio/common';
import { connectDevice } from '@vecino/gnoi';
import type { StepInput } from '@vecino/workflows';
import { NEW_VERSION, OLD_VERSION, openLaboratory, type Laboratory } from './testing/laboratory.js';
import { failureOf, outcomeIn, watchUntil } from './testing/step-outcomes.js';

let lab: Laboratory;
afterEach(() => lab.stop());

const router = () => lab.simulator.router(lab.target.routerId);
const calls = (rpc: string) => lab.simulator.calls().filter((call) => call.rpc.endsWith(rpc));

const noRebootUnknown = { manufacturer: 'Cisco Systems, Inc.', noReboot: 'unimplemented' } as const;

/** As the workflow does it, from a router that runs the new version. */
async function wayBack(): Promise<StepInput> {
  const target = { ...lab.target, softwareVersion: OLD_VERSION };
  return { ...target, baseline: await lab.run('rebaseline', target), direction: 'rollback' };
}

describe('disarm', () => {
  it('makes what runs boot next again, and changes nothing else', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    expect(router().snapshot().nextBootVersion).toBe(NEW_VERSION);
    await lab.run('disarm', input);
    expect(router().snapshot()).toMatchObject({
      runningVersion: OLD_VERSION,
      nextBootVersion: OLD_VERSION,
      boots: 0,
    });
    await lab.run('disarm', input, { number: 2 });
    expect(lab.accepted('CancelReboot') + lab.accepted('System/Reboot')).toBe(0);
  });

  it('cancels a reboot that is pending', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    const { tls, target } = lab;
    const { port } = router().snapshot();
    const device = connectDevice({ address: target.routerIp, port, tls, serverName: target.routerId });
    await device.system.reboot({ message: 'late', delayNs: 3_600_000_000_000n });
    device.close();
    await lab.run('disarm', input);
    expect(router().snapshot()).toMatchObject({ rebootPending: false, nextBootVersion: OLD_VERSION });
  });

  it('says that it does not know when the router has rebooted meanwhile', async () => {
    lab = await openLaboratory();
    const { input } = await lab.rebooted();
    const failure = await failureOf(lab.run('disarm', input));
    expect(failure).toMatchObject({ type: 'DEVICE_STATE_UNKNOWN', nonRetryable: true });
    expect(failure.message).toContain(NEW_VERSION);
    expect(calls('OS/Activate')).toHaveLength(1);
  });

  it('does not mind another boot, as long as the old version runs', async () => {
    lab = await openLaboratory();
    const { input } = await lab.prechecked();
    router().powerOff();
    await router().powerOn();
    await lab.run('install', input);
    await lab.run('arm', input);
    expect(router().snapshot().nextBootVersion).toBe(NEW_VERSION);
    await lab.run('disarm', input);
    expect(router().snapshot()).toMatchObject({ runningVersion: OLD_VERSION, nextBootVersion: OLD_VERSION });
  });

  it('tries again when the router is away', async () => {
    lab = await openLaboratory();
    const { input } = await lab.armed();
    router().powerOff();
    expect(await failureOf(lab.run('disarm', input))).toMatchObject({
      type: 'DEVICE_UNREACHABLE',
      nonRetryable: false,
    });
  });

  it('is not to be had where Activate itself reboots', async () => {
    lab = await openLaboratory({ ...noRebootUnknown, installedVersions: [NEW_VERSION] });
    const { input } = await lab.prechecked();
    const failure = await failureOf(lab.run('disarm', input));
    expect(failure).toMatchObject({ type: 'DEVICE_STATE_UNKNOWN', nonRetryable: true });
    expect(calls('OS/Activate')).toEqual([]);
  });

  it('has nothing to take back from a router that refused to be armed', async () => {
    lab = await openLaboratory({ noReboot: 'unimplemented', installedVersions: [NEW_VERSION] });
    const { input } = await lab.prechecked();
    const failure = await failureOf(lab.run('arm', input));
    expect(failure).toMatchObject({ type: 'ACTIVATE_FAILED', nonRetryable: true });
    await lab.run('disarm', input);
  });
});

describe('a router without no_reboot', () => {
  it('is rebooted by one Activate', async () => {
    lab = await openLaboratory(noRebootUnknown);
    const { input } = await lab.rebooted();
    expect(input.baseline.activateReboots).toBe(true);
    expect(await lab.run('verify', input)).toEqual({ runningVersion: NEW_VERSION });
    expect(calls('OS/Activate').map(({ detail }) => detail['no_reboot'])).toEqual([false]);
    expect(lab.accepted('System/Reboot')).toBe(0);
    expect(router().snapshot().boots).toBe(1);
  });

  it('is not told again when the reply was lost', async () => {
    lab = await openLaboratory({
      ...noRebootUnknown,
      faults: [{ kind: 'activate-lost-reply', activates: true }],
    });
    const { input } = await lab.rebooted();
    await lab.run('reboot', input, { number: 2 });
    expect(calls('OS/Activate')).toHaveLength(1);
    expect(router().snapshot().boots).toBe(1);
  });

  it('says that it does not hold the version', async () => {
    lab = await openLaboratory(noRebootUnknown);
    const { input } = await lab.prechecked();
    expect(await lab.run('reboot', input)).toMatchObject({ kind: 'not-on-device' });
    expect(router().snapshot().boots).toBe(0);
  });

  it('is told nothing once the step is cancelled', async () => {
    lab = await openLaboratory(noRebootUnknown);
    const { input } = await lab.armed();
    const cancelled = lab.run('reboot', input, { environment: (env) => env.cancel() });
    await expect(cancelled).rejects.toBeInstanceOf(CancelledFailure);
    expect(calls('OS/Activate')).toEqual([]);
  });
});

describe('the way back', () => {
  it('goes by a baseline of its own, with one more Reboot', async () => {
    lab = await openLaboratory();
    await lab.rebooted();
    const back = await wayBack();
    expect(back.baseline.runningVersion).toBe(NEW_VERSION);
    expect(await lab.run('arm', back)).toEqual({ kind: 'armed' });
    expect(await lab.run('reboot', back)).toMatchObject({ kind: 'rebooting', sentAt: expect.any(Number) });
    await lab.run('waitUp', back);
    expect(await lab.run('verify', back)).toEqual({ runningVersion: OLD_VERSION });
    expect(calls('System/Reboot').map(({ detail }) => detail['direction'])).toEqual(['forward', 'rollback']);
    expect(router().snapshot().boots).toBe(2);
  });

  it('installs the old version again where the router has purged it', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'old-image-purged' }] });
    await lab.rebooted();
    const back = await wayBack();
    expect(await lab.run('arm', back)).toMatchObject({ kind: 'not-on-device' });
    expect(await lab.run('install', back)).toMatchObject({ transferred: true });
    expect(await lab.run('arm', back)).toEqual({ kind: 'armed' });
    await lab.run('reboot', back);
    await lab.run('waitUp', back);
    expect(await lab.run('verify', back)).toEqual({ runningVersion: OLD_VERSION });
  });
});

describe('a second attempt of install', () => {
  it('does not go on with a router that has rebooted meanwhile', async () => {
    lab = await openLaboratory({ faults: [{ kind: 'drop-stream', atByte: 1_000 }] });
    const { input } = await lab.prechecked();
    await failureOf(lab.run('install', input));
    router().powerOff();
    await router().powerOn();
    const failure = await failureOf(lab.run('install', input, { number: 2 }));
    expect(failure).toMatchObject({ type: 'INSTALL_FAILED', nonRetryable: true });
    expect(failure.message).toContain('rebooted');
    expect(outcomeIn(failure).state).toBe('FAILED');
    expect(calls('OS/Install')).toHaveLength(1);
  });

  it('waits with a router that somebody is about to reboot', async () => {
    lab = await openLaboratory();
    const { input } = await lab.prechecked();
    router().device.pendingReboot = { atNs: 0n, reason: 'someone else', visibleFromMs: 0 };
    const failure = await failureOf(lab.run('install', input, { number: 2 }));
    expect(failure).toMatchObject({ type: 'INSTALL_FAILED', nonRetryable: false });
    router().device.pendingReboot = undefined;
    await watchUntil(() => !router().snapshot().rebootPending);
    expect(await lab.run('install', input, { number: 3 })).toMatchObject({ transferred: true });
  });
});
