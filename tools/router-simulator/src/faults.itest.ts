import { NEW, OLD, openRouter, until, type OpenRouter } from './testing/open-router.js';

const UNAVAILABLE = 14;
const INTERNAL = 13;
const PERMISSION_DENIED = 7;

let lab: OpenRouter;
afterEach(() => lab.close());

const back = (boots = 1) => until(() => lab.snapshot().boots === boots && lab.snapshot().up);

describe('a router that refuses calls', () => {
  it('is unavailable for so many calls, of whatever kind', async () => {
    lab = await openRouter({ faults: [{ kind: 'unavailable', times: 3 }] });
    await expect(lab.raw.verify()).rejects.toMatchObject({ code: UNAVAILABLE });
    await expect(lab.raw.get(['/system/state'])).rejects.toMatchObject({ code: UNAVAILABLE });
    expect(await lab.device.os.install({ image: await lab.image(NEW) })).toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(await lab.raw.verify()).toMatchObject({ version: OLD });
    expect(lab.struck('unavailable')).toBe(3);
    expect(lab.simulator.calls().map(({ accepted }) => accepted)).toEqual([false, false, false, true]);
  });

  it('is unavailable for a time', async () => {
    lab = await openRouter({ faults: [{ kind: 'unavailable', forMs: 120 }] });
    const start = Date.now();
    await expect(lab.raw.verify()).rejects.toMatchObject({ code: UNAVAILABLE });
    await until(async () => (await lab.device.os.verify()).kind === 'answer');
    expect(Date.now() - start).toBeGreaterThanOrEqual(110);
  });

  it.each([
    ['Verify', () => lab.raw.verify()],
    ['Activate', () => lab.raw.activate(NEW, { noReboot: true })],
    ['Reboot', () => lab.raw.reboot()],
    ['RebootStatus', () => lab.raw.rebootStatus()],
    ['CancelReboot', () => lab.raw.cancelReboot()],
    ['Time', () => lab.raw.time()],
    ['Get', () => lab.raw.get(['/system'])],
    ['Capabilities', () => lab.raw.capabilities()],
  ] as const)('refuses one %s with the status it is told, without an effect', async (rpc, call) => {
    lab = await openRouter({
      installedVersions: [NEW],
      faults: [{ kind: 'call-error', rpc, code: 'PERMISSION_DENIED', detail: 'not you' }],
    });
    await expect(call()).rejects.toMatchObject({ code: PERMISSION_DENIED, details: 'not you' });
    expect(lab.calls(rpc)).toMatchObject([{ accepted: false, status: 'PERMISSION_DENIED' }]);
    expect(lab.snapshot()).toMatchObject({ nextBootVersion: OLD, rebootPending: false, boots: 0 });
    expect(lab.struck('call-error')).toBe(1);
    await call();
  });

  it('refuses an Install with a gRPC error alone', async () => {
    lab = await openRouter({ faults: [{ kind: 'call-error', rpc: 'Install', code: 'INTERNAL' }] });
    const install = lab.raw.install();
    expect(await install.ended).toMatchObject({ code: INTERNAL });
    expect(install.answers).toEqual([]);
  });
});

describe('a router that activates wrongly', () => {
  it.each(['UNSPECIFIED', 'NON_EXISTENT_VERSION', 'NOT_SUPPORTED_ON_BACKUP'] as const)(
    'says %s',
    async (type) => {
      lab = await openRouter({ installedVersions: [NEW], faults: [{ kind: 'activate-error', type }] });
      expect(await lab.device.os.activate({ version: NEW, noReboot: true })).toMatchObject({
        kind: 'activate-error',
        type,
      });
      expect(lab.snapshot().nextBootVersion).toBe(OLD);
    },
  );

  it.each([
    [true, NEW],
    [false, OLD],
  ])('loses its reply, having taken effect: %s', async (activates, nextBootVersion) => {
    lab = await openRouter({
      installedVersions: [NEW],
      faults: [{ kind: 'activate-lost-reply', activates }],
    });
    expect(await lab.device.os.activate({ version: NEW, noReboot: true })).toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(lab.snapshot()).toMatchObject({ nextBootVersion, up: true });
    expect(lab.calls('Activate')).toMatchObject([{ accepted: activates, status: 'NO_REPLY' }]);
    // Only the connection is gone.
    expect(await lab.device.os.activate({ version: NEW, noReboot: true })).toEqual({ kind: 'activated' });
  });
});

describe('a router that reboots wrongly', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('loses its reply and reboots: %s', async (reboots, boots) => {
    lab = await openRouter({ faults: [{ kind: 'reboot-lost-reply', reboots }] });
    expect(await lab.device.system.reboot({ message: 'forward' })).toMatchObject({ code: 'UNAVAILABLE' });
    expect(lab.calls('Reboot')).toMatchObject([{ accepted: reboots, status: 'NO_REPLY' }]);
    expect(lab.snapshot().rebootPending).toBe(reboots);
    await back(boots);
  });

  it('accepts and never starts', async () => {
    lab = await openRouter({ rebootStartMs: 0, faults: [{ kind: 'reboot-never-starts' }] });
    expect(await lab.device.system.reboot({ message: 'forward' })).toEqual({ kind: 'answer' });
    expect(await lab.raw.rebootStatus()).toMatchObject({ active: false });
    expect(lab.calls('Reboot')).toMatchObject([{ accepted: false, status: 'OK' }]);
    // The next one does, so the first would have had the time.
    await lab.reboot();
    expect(lab.snapshot()).toMatchObject({ boots: 1, struck: { 'reboot-never-starts': 1 } });
  });

  it('says for a time that no reboot is active', async () => {
    lab = await openRouter({ rebootStartMs: 2_000, faults: [{ kind: 'active-lag', forMs: 2_000 }] });
    await lab.raw.reboot({ message: 'forward' });
    expect(await lab.raw.rebootStatus()).toMatchObject({ active: false, wait: 0n });
    await expect(lab.raw.reboot()).rejects.toMatchObject({
      details: expect.stringContaining('pending') as string,
    });
    await until(async () => (await lab.raw.rebootStatus()).active);
    expect(lab.snapshot()).toMatchObject({ up: true, boots: 0 });
    await back();
  });

  it('never returns, until it is powered on', async () => {
    lab = await openRouter({ rebootMs: 1, faults: [{ kind: 'reboot-never-returns' }] });
    await lab.raw.reboot();
    await until(() => !lab.snapshot().up);
    expect(lab.snapshot()).toMatchObject({ boots: 0, struck: { 'reboot-never-returns': 1 } });
    await lab.router.powerOn();
    expect(lab.snapshot()).toMatchObject({ up: true, boots: 1 });
  });
});

describe('a router that boots wrongly', () => {
  it.each(['bad signature', ''])('boots the old image and says %j', async (message) => {
    lab = await openRouter({ faults: [{ kind: 'boots-old-image', message }] });
    await lab.arm(NEW);
    await lab.reboot();
    expect(await lab.raw.verify()).toMatchObject({ version: OLD, activationFailMessage: message });
    expect(lab.snapshot()).toMatchObject({ nextBootVersion: OLD, boots: 1 });
    // The second attempt works.
    await lab.arm(NEW);
    await lab.reboot();
    expect(await lab.raw.verify()).toMatchObject({ version: NEW, activationFailMessage: '' });
  });

  it('boots a third version', async () => {
    lab = await openRouter({ faults: [{ kind: 'boots-other-image', version: '9.0.0' }] });
    await lab.arm(NEW);
    await lab.reboot();
    expect(await lab.raw.verify()).toMatchObject({ version: '9.0.0' });
  });

  it('says "in-progress" for a time', async () => {
    lab = await openRouter({ faults: [{ kind: 'in-progress', forMs: 2_000 }] });
    await lab.arm(NEW);
    await lab.reboot();
    expect(await lab.raw.verify()).toMatchObject({ version: NEW, activationFailMessage: 'in-progress' });
    await until(async () => (await lab.raw.verify()).activationFailMessage === '');
  });

  it.each(['UNAVAILABLE', 'NON_EXISTENT'] as const)(
    'returns with a standby that is %s for a time',
    async (state) => {
      lab = await openRouter({
        supervisors: { kind: 'dual', install: 'whole-chassis' },
        faults: [{ kind: 'standby-late', forMs: 2_000, state }],
      });
      await lab.arm(NEW);
      await lab.reboot();
      expect(await lab.device.os.verify()).toMatchObject({ standby: { kind: 'state', state } });
      await until(async () => {
        const answer = await lab.device.os.verify();
        return (
          answer.kind === 'answer' && answer.standby.kind === 'present' && answer.standby.version === NEW
        );
      });
    },
  );

  it('has a BGP peer, an interface and an alarm that were not so before', async () => {
    lab = await openRouter({
      faults: [
        { kind: 'bgp-peer-down', address: '192.0.2.2' },
        { kind: 'interface-down', name: 'eth3' },
        { kind: 'alarm-raised', id: 'fan-2', severity: 'MAJOR', text: 'slow', resource: 'fan' },
      ],
    });
    await lab.arm(NEW);
    await lab.reboot();
    await until(() => lab.snapshot().bgpPeers[0]?.sessionState === 'ESTABLISHED');
    const reply = await lab.raw.get([
      '/network-instances/network-instance/protocols/protocol/bgp/neighbors/neighbor/state/session-state',
      '/interfaces/interface/state/oper-status',
      '/system/alarms/alarm/state/severity',
    ]);
    expect(reply.notification.map(({ update }) => update.map(({ val }) => val?.value?.value))).toEqual([
      ['ESTABLISHED', 'ACTIVE'],
      ['UP', 'UP', 'UP', 'DOWN'],
      ['MAJOR'],
    ]);
  });

  it('has purged its old image, so that the way back needs another Install', async () => {
    lab = await openRouter({ faults: [{ kind: 'old-image-purged' }] });
    await lab.arm(NEW);
    await lab.reboot();
    expect(await lab.device.os.activate({ version: OLD, noReboot: true })).toMatchObject({
      type: 'NON_EXISTENT_VERSION',
    });
    expect(await lab.device.os.install({ image: await lab.image(OLD) })).toMatchObject({ transferred: true });
  });

  it('reboots once more by itself', async () => {
    lab = await openRouter({ faults: [{ kind: 'crash-reboot', afterMs: 60 }] });
    await lab.arm(NEW);
    await lab.reboot();
    await back(2);
    expect(lab.calls('Reboot')).toHaveLength(1);
    const records = lab.simulator.records();
    const [first = 0n, second = 0n] = records.flatMap((record) =>
      record.kind === 'up' ? [BigInt(record.boot_time_ns)] : [],
    );
    expect(second).toBeGreaterThan(first);
    const downs = records.filter(({ kind }) => kind === 'down');
    expect(downs).toMatchObject([{ cause: 'reboot' }, { cause: 'crash' }]);
  });
});

describe('a router whose clock is set', () => {
  const HOUR_MS = 3_600_000;

  it.each(['install', 'activate', 'reboot', 'boot'] as const)('at %s', async (at) => {
    lab = await openRouter({ faults: [{ kind: 'clock-step', ms: -HOUR_MS, at }] });
    const before = lab.snapshot().clockOffsetMs;
    await lab.device.os.install({ image: await lab.image(NEW) });
    expect(lab.struck('clock-step')).toBe(at === 'install' ? 1 : 0);
    await lab.arm(NEW);
    expect(lab.struck('clock-step')).toBe(at === 'install' || at === 'activate' ? 1 : 0);
    await lab.reboot();
    expect(lab.snapshot()).toMatchObject({ clockOffsetMs: before - HOUR_MS, struck: { 'clock-step': 1 } });
  });

  it.each([
    [false, 0n],
    [true, -3_600_000_000_000n],
  ])(
    'moves its boot time, where that is worked out from the uptime: %s',
    async (bootTimeFollowsClock, moved) => {
      lab = await openRouter({
        bootTimeFollowsClock,
        faults: [{ kind: 'clock-step', ms: -HOUR_MS, at: 'activate' }],
      });
      const before = BigInt(lab.snapshot().bootTimeNs);
      await lab.arm(NEW);
      expect(BigInt(lab.snapshot().bootTimeNs) - before).toBe(moved);
    },
  );
});
