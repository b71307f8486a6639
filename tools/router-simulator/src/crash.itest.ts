import { NEW, OLD, openRouter, until, type OpenRouter } from './testing/open-router.js';

let lab: OpenRouter;
afterEach(() => lab.close());

const back = (boots = 1) => until(() => lab.snapshot().boots === boots && lab.snapshot().up);
const activated = () => lab.device.os.activate({ version: NEW, noReboot: true });

describe('a router that reboots by itself before it is told to', () => {
  it('does so after an Install, whose answer leaves', async () => {
    lab = await openRouter({ faults: [{ kind: 'crash-reboot', at: 'install', afterMs: 1 }] });
    expect(await lab.device.os.install({ image: await lab.image(NEW) })).toMatchObject({ kind: 'validated' });
    await back();
    expect(lab.snapshot()).toMatchObject({ runningVersion: OLD, nextBootVersion: OLD });
    expect(lab.snapshot().installedVersions).toContain(NEW);
  });

  it.each([
    ['activated', false, NEW, NEW],
    ['running', false, OLD, OLD],
    ['running', true, OLD, NEW],
  ] as const)(
    'does so after an Activate and boots what is %s, the activation kept: %s',
    async (boots, keepsActivation, runningVersion, nextBootVersion) => {
      const fault = { kind: 'crash-reboot', at: 'activate', afterMs: 1, boots } as const;
      lab = await openRouter({ installedVersions: [NEW], keepsActivation, faults: [fault] });
      expect(await activated()).toMatchObject({ kind: 'activated' });
      await back();
      expect(lab.snapshot()).toMatchObject({ runningVersion, nextBootVersion, activationFailMessage: '' });
      const downs = lab.simulator.records().filter(({ kind }) => kind === 'down');
      expect(downs).toMatchObject([{ cause: 'crash' }]);
    },
  );
});

it('a router falls back and still has the new version as the one to boot next', async () => {
  lab = await openRouter({ keepsActivation: true, faults: [{ kind: 'boots-old-image', message: 'panic' }] });
  await lab.arm(NEW);
  await lab.reboot();
  expect(lab.snapshot()).toMatchObject({
    runningVersion: OLD,
    nextBootVersion: NEW,
    activationFailMessage: 'panic',
  });
});

it('a router whose Activate reboots does not begin to', async () => {
  lab = await openRouter({
    installedVersions: [NEW],
    noReboot: 'reboots',
    faults: [{ kind: 'reboot-never-starts' }],
  });
  expect(await activated()).toMatchObject({ kind: 'activated' });
  expect(lab.snapshot()).toMatchObject({ nextBootVersion: NEW, rebootPending: false, boots: 0 });
  expect(lab.struck('reboot-never-starts')).toBe(1);
  await activated();
  await back();
  expect(lab.snapshot().runningVersion).toBe(NEW);
});

describe('a router that is slow to serve a call', () => {
  it('answers late, that call alone', async () => {
    lab = await openRouter({ faults: [{ kind: 'slow-call', rpc: 'Get', ms: 200 }] });
    const start = Date.now();
    await lab.raw.verify();
    expect(lab.struck('slow-call')).toBe(0);
    await lab.raw.get(['/system/state/boot-time']);
    expect(Date.now() - start).toBeGreaterThanOrEqual(190);
    expect(lab.struck('slow-call')).toBe(1);
  });

  it('does nothing for a caller who has gone', async () => {
    lab = await openRouter({ faults: [{ kind: 'slow-call', rpc: 'Reboot', ms: 1_000 }] });
    // To connect is none of the call's time: it has to reach the router.
    await lab.device.os.verify();
    expect(await lab.device.system.reboot({ message: 'forward' }, { deadlineMs: 300 })).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await until(() => lab.calls('Reboot').length === 1);
    expect(lab.calls('Reboot')).toMatchObject([{ accepted: false, status: 'CANCELLED' }]);
    expect(lab.snapshot().rebootPending).toBe(false);
  });
});
