import {
  content,
  NEW,
  OLD,
  openRouter,
  packageOf,
  transferEnd,
  transferRequest,
  until,
  type OpenRouter,
} from './testing/open-router.js';

const GRPC_OK = 0;
const INCOMPATIBLE = 1;

let lab: OpenRouter;
afterEach(() => lab.close());

const ready = async (version = NEW, packageSize = 0n) => {
  const install = lab.raw.install();
  install.say(transferRequest(version, { packageSize }));
  expect(await install.next()).toEqual({ $case: 'transferReady', value: {} });
  return install;
};

describe('a fault of an Install', () => {
  it.each([0, 100_000])('breaks the connection at byte %i', async (atByte) => {
    lab = await openRouter({ faults: [{ kind: 'drop-stream', atByte }] });
    const image = await lab.image(NEW);
    expect(await lab.device.os.install({ image })).toMatchObject({ kind: 'rpc-error' });
    await until(() => lab.calls('Install').length === 1);
    const [call] = lab.calls('Install');
    expect(call).toMatchObject({ accepted: false, status: 'DROPPED' });
    expect(call?.detail['bytes']).toBeGreaterThanOrEqual(atByte);
    expect(call?.detail['bytes']).toBeLessThan(atByte + 65_537);
    expect(lab.struck('drop-stream')).toBe(1);
    expect(await lab.device.os.install({ image })).toMatchObject({ kind: 'validated' });
  });

  it.each([
    'UNSPECIFIED',
    'INCOMPATIBLE',
    'TOO_LARGE',
    'PARSE_FAIL',
    'INTEGRITY_FAIL',
    'INSTALL_RUN_PACKAGE',
    'INSTALL_IN_PROGRESS',
    'UNEXPECTED_SWITCHOVER',
    'SYNC_FAIL',
    'NOT_SUPPORTED_ON_BACKUP',
  ] as const)('is %s', async (type) => {
    lab = await openRouter({ faults: [{ kind: 'install-error', type, detail: 'why not' }] });
    const outcome = await lab.device.os.install({ image: await lab.image(NEW) });
    expect(outcome).toEqual({ kind: 'install-error', type, detail: 'why not' });
    expect(lab.snapshot()).toMatchObject({ installedVersions: [OLD], struck: { 'install-error': 1 } });
  });

  it('is an error in the middle, with a gRPC error after the message', async () => {
    const fault = {
      kind: 'install-error',
      type: 'INCOMPATIBLE',
      atByte: 100_000,
      alsoRpcError: true,
    } as const;
    lab = await openRouter({ faults: [fault] });
    const install = await ready();
    install.say(content(packageOf(NEW, 50_000)));
    install.say(content(Buffer.alloc(60_000)));
    expect(await install.next()).toMatchObject({ value: { type: INCOMPATIBLE } });
    expect((await install.ended).code).not.toBe(GRPC_OK);
    expect(lab.snapshot()).toMatchObject({ installing: false, installedVersions: [OLD] });
  });

  it('is an error after the end', async () => {
    lab = await openRouter({ faults: [{ kind: 'install-error', type: 'INTEGRITY_FAIL', afterEnd: true }] });
    const image = await lab.image(NEW);
    expect(await lab.device.os.install({ image })).toMatchObject({ type: 'INTEGRITY_FAIL' });
    expect(lab.calls('Install')).toMatchObject([{ detail: { bytes: image.bytes } }]);
    expect(lab.snapshot().installedVersions).toEqual([OLD]);
  });

  it('is for one supervisor alone, also after the copy', async () => {
    lab = await openRouter({
      supervisors: { kind: 'dual', install: 'individual' },
      faults: [{ kind: 'install-error', type: 'SYNC_FAIL', on: 'standby', afterEnd: true }],
    });
    const image = await lab.image(NEW);
    expect(await lab.device.os.install({ image })).toMatchObject({ kind: 'validated' });
    expect(lab.struck('install-error')).toBe(0);
    expect(await lab.device.os.install({ image, standbySupervisor: true })).toMatchObject({
      type: 'SYNC_FAIL',
    });
    expect(lab.snapshot().standby?.installedVersions).toEqual([OLD]);
    expect(await lab.device.os.install({ image, standbySupervisor: true })).toMatchObject({
      kind: 'validated',
    });
  });

  it('breaks the connection or falls silent during a copy between supervisors', async () => {
    lab = await openRouter({
      supervisors: { kind: 'dual', install: 'individual' },
      faults: [
        { kind: 'drop-stream', atByte: 0, skip: 1 },
        { kind: 'hang-install', atByte: 0, skip: 2 },
      ],
    });
    const image = await lab.image(NEW);
    const standby = { image, standbySupervisor: true };
    expect(await lab.device.os.install({ image })).toMatchObject({ kind: 'validated' });
    expect(await lab.device.os.install(standby)).toMatchObject({ kind: 'rpc-error', code: 'UNAVAILABLE' });
    expect(await lab.device.os.install({ ...standby, stallMs: 1_000 })).toMatchObject({ kind: 'stalled' });
    expect(lab.snapshot()).toMatchObject({ struck: { 'drop-stream': 1, 'hang-install': 1 } });
    expect(lab.snapshot().standby?.installedVersions).toEqual([OLD]);
  });

  it('validates and installs another version', async () => {
    lab = await openRouter({ faults: [{ kind: 'validated-other', version: '6.6.6' }] });
    expect(await lab.device.os.install({ image: await lab.image(NEW) })).toEqual({
      kind: 'validated-other',
      asked: NEW,
      answered: '6.6.6',
    });
    expect(lab.snapshot().installedVersions).toEqual([OLD, '6.6.6']);
  });

  it('writes slowly and lets the sender wait', async () => {
    lab = await openRouter({ faults: [{ kind: 'slow-disk', msPerMiB: 40 }] });
    const bytes = 12 * 1024 * 1024;
    const image = await lab.image(NEW, bytes);
    let ahead = 0;
    const start = Date.now();
    const outcome = await lab.device.os.install({
      image,
      onProgress: ({ sent, received }) => (ahead = Math.max(ahead, sent - received)),
    });
    expect(outcome).toMatchObject({ kind: 'validated' });
    expect(Date.now() - start).toBeGreaterThan(12 * 40 * 0.8);
    // What the router has not read waits with the sender, not in the router's memory.
    expect(ahead).toBeLessThan(bytes / 2);
    expect(lab.struck('slow-disk')).toBe(1);
  });

  it('falls silent in the middle until the client gives up', async () => {
    lab = await openRouter({ faults: [{ kind: 'hang-install', atByte: 100_000 }] });
    const image = await lab.image(NEW, 8 * 1024 * 1024);
    expect(await lab.device.os.install({ image, stallMs: 1_000 })).toMatchObject({ kind: 'stalled' });
    await until(() => !lab.snapshot().installing);
    expect(lab.struck('hang-install')).toBe(1);
    expect(lab.calls('Install')).toMatchObject([{ status: 'CANCELLED' }]);
    expect(Number(lab.calls('Install')[0]?.detail['bytes'])).toBeLessThan(200_000);
  });

  it('falls silent in the middle for a time', async () => {
    lab = await openRouter({ faults: [{ kind: 'hang-install', atByte: 100_000, forMs: 150 }] });
    const start = Date.now();
    expect(await lab.device.os.install({ image: await lab.image(NEW) })).toMatchObject({ kind: 'validated' });
    expect(Date.now() - start).toBeGreaterThanOrEqual(140);
  });

  it('does not answer TransferEnd', async () => {
    lab = await openRouter({ faults: [{ kind: 'hang-after-end' }, { kind: 'hang-after-end', forMs: 100 }] });
    const first = await ready();
    first.say(content(packageOf(NEW)));
    first.say(transferEnd);
    await until(() => lab.struck('hang-after-end') === 1);
    expect(first.answers).toHaveLength(1);
    first.cancel();
    await until(() => !lab.snapshot().installing);
    expect(lab.snapshot().installedVersions).toEqual([OLD]);
    const start = Date.now();
    expect(await lab.device.os.install({ image: await lab.image(NEW) })).toMatchObject({ kind: 'validated' });
    expect(Date.now() - start).toBeGreaterThanOrEqual(90);
  });

  it.each([
    ['validated', ['validated', 'installError']],
    ['install-error', ['installError', 'validated']],
  ] as const)('answers twice, %s first', async (first, order) => {
    lab = await openRouter({ faults: [{ kind: 'two-answers', first }] });
    const install = await ready();
    install.say(content(packageOf(NEW)));
    install.say(transferEnd);
    await install.ended;
    expect(install.answers.slice(1).map(({ $case }) => $case)).toEqual(order);
    expect(lab.snapshot().installedVersions).toEqual([OLD]);
  });
});
