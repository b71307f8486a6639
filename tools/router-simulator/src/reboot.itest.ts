import { systemWire } from '@vecino/gnoi';
import { component, NEW, OLD, openRouter, until, type OpenRouter } from './testing/open-router.js';

const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
const UNIMPLEMENTED = 12;
const NON_EXISTENT_VERSION = 1;
const NOT_SUPPORTED_ON_BACKUP = 2;
const HOUR_NS = 3_600_000_000_000n;

let lab: OpenRouter;
afterEach(() => lab.close());

const back = (boots = 1) => until(() => lab.snapshot().boots === boots && lab.snapshot().up);

describe('Activate', () => {
  it('with no_reboot changes the next boot and nothing else, as often as it is asked', async () => {
    lab = await openRouter();
    await lab.arm(NEW);
    await lab.arm(NEW);
    expect(lab.snapshot()).toMatchObject({
      runningVersion: OLD,
      nextBootVersion: NEW,
      boots: 0,
      rebootPending: false,
    });
    // The way back.
    await lab.device.os.activate({ version: OLD, noReboot: true });
    expect(lab.snapshot()).toMatchObject({ nextBootVersion: OLD });
  });

  it.each(['9.9.9', ''])('refuses %j, which is not installed', async (version) => {
    lab = await openRouter();
    expect(await lab.raw.activate(version)).toMatchObject({
      response: { $case: 'activateError', value: { type: NON_EXISTENT_VERSION } },
    });
  });

  it('without no_reboot reboots at once', async () => {
    lab = await openRouter({ installedVersions: [NEW] });
    await lab.raw.activate(NEW);
    await back();
    expect(lab.snapshot()).toMatchObject({ runningVersion: NEW, nextBootVersion: NEW });
  });

  it('of the running version does not reboot', async () => {
    lab = await openRouter();
    expect(await lab.raw.activate(OLD)).toMatchObject({ response: { $case: 'activateOk' } });
    expect(lab.snapshot()).toMatchObject({ rebootPending: false, boots: 0 });
  });

  it.each([
    ['reboots', NEW],
    ['unimplemented', OLD],
  ] as const)('on a router whose no_reboot is "%s" leaves it on %s', async (noReboot, version) => {
    lab = await openRouter({ installedVersions: [NEW], noReboot });
    const answer = lab.raw.activate(NEW, { noReboot: true });
    if (noReboot === 'reboots') {
      await answer;
      await back();
    } else await expect(answer).rejects.toMatchObject({ code: UNIMPLEMENTED });
    expect(lab.snapshot()).toMatchObject({ runningVersion: version, nextBootVersion: version });
  });

  it('makes a router say "in-progress" until its reboot, where it is one of those', async () => {
    lab = await openRouter({ earlyInProgress: true });
    expect(await lab.raw.verify()).toMatchObject({ activationFailMessage: '' });
    await lab.arm(NEW);
    expect(await lab.raw.verify()).toMatchObject({ version: OLD, activationFailMessage: 'in-progress' });
    await lab.reboot();
    expect(await lab.raw.verify()).toMatchObject({ version: NEW, activationFailMessage: '' });
  });
});

describe('two supervisors', () => {
  const individual = { supervisors: { kind: 'dual', install: 'individual' } } as const;
  const chassis = { supervisors: { kind: 'dual', install: 'whole-chassis' } } as const;

  it('say how they are upgraded and what the standby runs', async () => {
    lab = await openRouter(individual);
    expect(await lab.raw.verify()).toEqual({
      version: OLD,
      activationFailMessage: '',
      individualSupervisorInstall: true,
      verifyStandby: {
        state: { $case: 'verifyResponse', value: { id: 'RP1', version: OLD, activationFailMessage: '' } },
      },
    });
  });

  it('may claim what is not so', async () => {
    lab = await openRouter({ supervisors: { ...chassis.supervisors, claimsIndividual: true } });
    expect(await lab.device.os.verify()).toMatchObject({ individualSupervisorInstall: true });
  });

  it.each([
    [{ kind: 'single' } as const, 1],
    [{ ...individual.supervisors, standby: { condition: 'NON_EXISTENT' } } as const, 2],
    [{ ...individual.supervisors, standby: { condition: 'UNAVAILABLE' } } as const, 3],
  ])('%j: standby state %i', async (supervisors, state) => {
    lab = await openRouter({ supervisors });
    expect(await lab.raw.verify()).toMatchObject({
      verifyStandby: { state: { $case: 'standbyState', value: { state } } },
    });
  });

  it('are activated each for itself and reboot together', async () => {
    lab = await openRouter(individual);
    const image = await lab.image(NEW);
    await lab.device.os.install({ image });
    await lab.device.os.activate({ version: NEW, noReboot: true });
    expect(lab.snapshot().standby).toMatchObject({ nextBootVersion: OLD });
    expect(await lab.raw.activate(NEW, { standbySupervisor: true, noReboot: true })).toMatchObject({
      response: { $case: 'activateError', value: { type: NON_EXISTENT_VERSION } },
    });
    await lab.device.os.install({ image, standbySupervisor: true });
    await lab.device.os.activate({ version: NEW, noReboot: true, standbySupervisor: true });
    await lab.reboot();
    expect(lab.snapshot()).toMatchObject({ runningVersion: NEW, boots: 1, standby: { runningVersion: NEW } });
  });

  it('are activated by one call where one Install is for both', async () => {
    lab = await openRouter(chassis);
    await lab.arm(NEW);
    expect(lab.snapshot().standby).toMatchObject({ nextBootVersion: NEW });
    expect(await lab.raw.activate(NEW, { standbySupervisor: true, noReboot: true })).toMatchObject({
      response: { value: { type: NOT_SUPPORTED_ON_BACKUP } },
    });
    await lab.reboot();
    expect(lab.snapshot()).toMatchObject({ runningVersion: NEW, standby: { runningVersion: NEW } });
  });

  it('reboot alone: the standby is away, the router is not', async () => {
    lab = await openRouter({ ...individual, rebootMs: 1_000 });
    await lab.raw.reboot({ subcomponents: [component('RP1')] });
    expect(await lab.device.os.verify()).toMatchObject({ kind: 'answer', standby: { state: 'UNAVAILABLE' } });
    expect(lab.snapshot()).toMatchObject({ boots: 0, up: true });
    await until(() => lab.snapshot().standby?.condition === 'present');
    await expect(lab.raw.reboot({ subcomponents: [component('RP0')] })).rejects.toMatchObject({
      code: UNIMPLEMENTED,
    });
    await expect(lab.raw.reboot({ subcomponents: [component('RP7')] })).rejects.toMatchObject({
      code: NOT_FOUND,
    });
  });

  it('boot the standby alone when it is activated with a reboot', async () => {
    lab = await openRouter({
      supervisors: { ...individual.supervisors, standby: { installedVersions: [NEW] } },
      rebootMs: 60_000,
    });
    await lab.raw.activate(NEW, { standbySupervisor: true });
    expect(lab.snapshot()).toMatchObject({
      boots: 0,
      standby: { runningVersion: NEW, condition: 'UNAVAILABLE' },
    });
  });
});

describe('Reboot', () => {
  it('takes the router off the network and brings it back with a new boot time', async () => {
    lab = await openRouter({ rebootMs: 1_000 });
    const before = lab.snapshot();
    await lab.raw.reboot({ message: 'forward upgrade of edge-1' });
    await until(() => !lab.snapshot().up);
    expect(await lab.device.os.verify({ deadlineMs: 50 })).toMatchObject({ kind: 'rpc-error' });
    await back();
    expect(BigInt(lab.snapshot().bootTimeNs)).toBeGreaterThan(BigInt(before.bootTimeNs));
    expect(lab.calls('Reboot')).toMatchObject([
      { accepted: true, detail: { direction: 'forward', next_boot_version: OLD } },
    ]);
    const power = lab.simulator.records().filter(({ kind }) => kind !== 'call');
    expect(power).toMatchObject([
      { kind: 'down', cause: 'reboot', boot_time_ns: before.bootTimeNs },
      { kind: 'up', cause: 'reboot', boot_time_ns: lab.snapshot().bootTimeNs },
    ]);
  });

  it('waits for its delay, says so, and refuses another meanwhile', async () => {
    lab = await openRouter();
    await lab.raw.reboot({ delay: HOUR_NS, message: 'rollback' });
    expect(await lab.raw.rebootStatus()).toMatchObject({ active: true, reason: 'rollback', count: 0 });
    expect((await lab.raw.rebootStatus()).wait).toBeGreaterThan(HOUR_NS / 2n);
    await expect(lab.raw.reboot()).rejects.toMatchObject({ code: FAILED_PRECONDITION });
    expect(lab.calls('Reboot').map(({ accepted, detail }) => [accepted, detail['direction']])).toEqual([
      [true, 'rollback'],
      [false, undefined],
    ]);
    await lab.raw.cancelReboot();
    expect(await lab.raw.rebootStatus()).toMatchObject({ active: false, wait: 0n });
    expect(lab.snapshot()).toMatchObject({ rebootPending: false, boots: 0 });
  });

  it('counts boots', async () => {
    lab = await openRouter();
    await lab.reboot();
    expect(await lab.raw.rebootStatus()).toMatchObject({ active: false, count: 1, status: { status: 1 } });
  });

  it.each(['UNKNOWN', 'POWERDOWN', 'HALT', 'NSF', 'POWERUP'] as const)('has no method %s', async (name) => {
    lab = await openRouter();
    await expect(lab.raw.reboot({ method: systemWire.RebootMethod[name] })).rejects.toMatchObject({
      code: INVALID_ARGUMENT,
    });
    expect(lab.snapshot().rebootPending).toBe(false);
  });

  it('ends an Install that was running', async () => {
    lab = await openRouter({ faults: [{ kind: 'hang-install', atByte: 1 }] });
    const running = lab.device.os.install({ image: await lab.image(NEW) });
    await until(() => lab.snapshot().installing);
    await lab.raw.reboot();
    expect(await running).toMatchObject({ kind: 'rpc-error' });
    await back();
    expect(lab.snapshot()).toMatchObject({ installing: false, installedVersions: [OLD] });
    await until(async () => (await lab.device.system.time()).kind === 'answer');
    expect(await lab.device.os.install({ image: await lab.image(NEW) })).toMatchObject({ kind: 'validated' });
  });
});

describe('Time', () => {
  it('is the router’s own', async () => {
    lab = await openRouter();
    lab.router.device.clock.step(-86_400_000);
    const { time } = await lab.raw.time();
    const expected = BigInt(Date.now() + lab.snapshot().clockOffsetMs) * 1_000_000n;
    expect(expected - time).toBeLessThan(1_000_000_000n);
    expect(expected - time).toBeGreaterThanOrEqual(0n);
  });
});
