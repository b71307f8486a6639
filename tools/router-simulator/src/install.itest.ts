import { connectDevice } from '@vecino/gnoi';
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
const INVALID_ARGUMENT = 3;
const TOO_LARGE = 2;
const PARSE_FAIL = 3;
const INTEGRITY_FAIL = 4;
const INSTALL_RUN_PACKAGE = 5;
const INSTALL_IN_PROGRESS = 6;
const NOT_SUPPORTED_ON_BACKUP = 9;

let lab: OpenRouter;
afterEach(() => lab.close());

const ready = async (version = NEW, packageSize = 0n) => {
  const install = lab.raw.install();
  install.say(transferRequest(version, { packageSize }));
  expect(await install.next()).toEqual({ $case: 'transferReady', value: {} });
  return install;
};

describe('the order of an Install', () => {
  it('is request, ready, content, progress, end, validated', async () => {
    lab = await openRouter();
    const install = await ready();
    install.say(content(packageOf(NEW, 1024 * 1024)));
    expect(await install.next()).toMatchObject({ $case: 'transferProgress' });
    expect(lab.snapshot()).toMatchObject({ installing: true, installedVersions: [OLD] });
    install.say(transferEnd);
    expect(await install.next()).toMatchObject({ $case: 'validated', value: { version: NEW } });
    expect(await install.ended).toMatchObject({ code: GRPC_OK });
    expect(lab.snapshot()).toMatchObject({ installing: false, installedVersions: [OLD, NEW] });
  });

  it.each([
    ['content first', [content(Buffer.from('x'))]],
    ['an end first', [transferEnd]],
    ['two requests', [transferRequest(NEW), transferRequest(NEW)]],
  ])('is not %s', async (_, messages) => {
    lab = await openRouter();
    const install = lab.raw.install();
    messages.forEach((message) => install.say(message));
    expect(await install.ended).toMatchObject({ code: INVALID_ARGUMENT });
    expect(lab.snapshot()).toMatchObject({ installing: false, installedVersions: [OLD] });
    expect(lab.calls('Install')).toMatchObject([{ accepted: false, status: 'INVALID_ARGUMENT' }]);
  });

  it('has no empty message', async () => {
    lab = await openRouter();
    const install = lab.raw.install();
    install.sayNothing();
    expect(await install.ended).toMatchObject({ code: INVALID_ARGUMENT });
  });

  it('does not take content that follows the request before it has said that it is ready', async () => {
    lab = await openRouter({ installedVersions: [NEW] });
    const install = lab.raw.install();
    install.say(transferRequest(NEW));
    install.say(content(packageOf(NEW)));
    expect(await install.next()).toMatchObject({ $case: 'validated' });
    expect(lab.calls('Install')).toMatchObject([
      { accepted: true, detail: { bytes: 0, transferred: false } },
    ]);
  });

  it.each(['halfClose', 'cancel'] as const)('keeps nothing after a %s before the end', async (leave) => {
    lab = await openRouter();
    const install = await ready();
    install.say(content(packageOf(NEW)));
    await until(() => lab.snapshot().installing);
    install[leave]();
    await install.ended;
    await until(() => !lab.snapshot().installing);
    expect(lab.snapshot()).toMatchObject({ installedVersions: [OLD] });
    expect(lab.calls('Install')).toMatchObject([{ accepted: false, status: 'CANCELLED' }]);
    // There is no resume: the next transfer starts at 0.
    const image = await lab.image(NEW);
    expect(await lab.device.os.install({ image })).toMatchObject({ kind: 'validated', bytes: image.bytes });
  });
});

describe('one Install at a time', () => {
  it('is refused a second one, which leaves the first alone', async () => {
    lab = await openRouter();
    const first = await ready();
    for (const version of ['3.0.0', OLD]) {
      const second = lab.raw.install();
      second.say(transferRequest(version));
      expect(await second.next()).toMatchObject({ value: { type: INSTALL_IN_PROGRESS } });
      expect(await second.ended).toMatchObject({ code: GRPC_OK });
    }
    first.say(content(packageOf(NEW)));
    first.say(transferEnd);
    expect(await first.next()).toMatchObject({ $case: 'validated' });
    expect((await ready('3.0.0')).answers).toHaveLength(1);
  });

  it('belongs to each router alone', async () => {
    lab = await openRouter();
    await ready();
    const other = await openRouter();
    expect(await other.device.os.install({ image: await other.image(NEW) })).toMatchObject({
      kind: 'validated',
    });
    await other.close();
  });
});

describe('what a router checks', () => {
  it('is the announced size', async () => {
    lab = await openRouter();
    const install = await ready(NEW, 5_000n);
    install.say(content(packageOf(NEW, 100)));
    install.say(transferEnd);
    expect(await install.next()).toMatchObject({ $case: 'installError', value: { type: INTEGRITY_FAIL } });
    expect(await install.ended).toMatchObject({ code: GRPC_OK });
    expect(lab.snapshot().installedVersions).toEqual([OLD]);
  });

  it('is the room there is, before and during the transfer', async () => {
    lab = await openRouter({ freeBytes: 10_000 });
    const announced = lab.raw.install();
    announced.say(transferRequest(NEW, { packageSize: 10_001n }));
    expect(await announced.next()).toMatchObject({ value: { type: TOO_LARGE } });
    const silent = await ready();
    silent.say(content(packageOf(NEW, 10_000)));
    expect(await silent.next()).toMatchObject({ value: { type: TOO_LARGE } });
    expect(lab.snapshot()).toMatchObject({ freeBytes: 10_000, installing: false });
  });

  it('is not the version: it validates what it was sent', async () => {
    lab = await openRouter();
    const install = await ready('2.0.1');
    install.say(content(packageOf(NEW)));
    install.say(transferEnd);
    expect(await install.next()).toMatchObject({ $case: 'validated', value: { version: NEW } });
    expect(lab.snapshot().installedVersions).toEqual([OLD, NEW]);
  });

  it.each([
    [OLD, INSTALL_RUN_PACKAGE],
    [undefined, PARSE_FAIL],
  ])(
    'of a forced transfer is that it holds another version than the running one: %s',
    async (version, type) => {
      lab = await openRouter();
      const install = await ready('');
      install.say(content(version === undefined ? Buffer.alloc(100) : packageOf(version)));
      install.say(transferEnd);
      expect(await install.next()).toMatchObject({ value: { type } });
    },
  );

  it('takes the time it is given', async () => {
    lab = await openRouter({ validateMs: 120 });
    const install = await ready();
    install.say(content(packageOf(NEW)));
    install.say(transferEnd);
    const start = Date.now();
    expect(await install.next()).toMatchObject({ $case: 'validated' });
    expect(Date.now() - start).toBeGreaterThanOrEqual(100);
  });
});

describe('a router that answers an Install', () => {
  it('takes room on its disk for what it keeps', async () => {
    lab = await openRouter({ freeBytes: 1_000_000 });
    const image = await lab.image(NEW);
    await lab.device.os.install({ image });
    expect(lab.snapshot().freeBytes).toBe(1_000_000 - image.bytes);
  });

  it('logs what really arrived, from whom and when', async () => {
    lab = await openRouter({}, { tls: true });
    const image = await lab.image(NEW);
    await lab.device.os.install({ image });
    const [call] = lab.calls('Install');
    expect(call).toMatchObject({
      peer: 'tester',
      accepted: true,
      status: 'OK',
      detail: { version: NEW, bytes: image.bytes, sha256: image.sha256, standby: false, validated: NEW },
    });
    expect(call?.end).toBeGreaterThanOrEqual(call?.start ?? Infinity);
  });

  it('does not speak to a client without a certificate', async () => {
    lab = await openRouter({}, { tls: true });
    const { address, port } = lab.snapshot();
    const stranger = connectDevice({ address, port });
    expect(await stranger.os.verify({ deadlineMs: 2_000 })).toMatchObject({ kind: 'rpc-error' });
    stranger.close();
    expect(lab.calls('Verify')).toEqual([]);
  });
});

describe('two supervisors with an Install each', () => {
  const settings = { supervisors: { kind: 'dual', install: 'individual' } } as const;

  it('are installed one after the other; the second copies and is sent nothing', async () => {
    lab = await openRouter(settings);
    const image = await lab.image(NEW);
    expect(await lab.device.os.install({ image })).toMatchObject({ kind: 'validated', transferred: true });
    expect(lab.snapshot().standby?.installedVersions).toEqual([OLD]);
    const install = lab.raw.install();
    install.say(transferRequest(NEW, { standbySupervisor: true }));
    for (const percentageTransferred of [25, 50, 75, 100]) {
      expect(await install.next()).toEqual({ $case: 'syncProgress', value: { percentageTransferred } });
    }
    expect(await install.next()).toMatchObject({ $case: 'validated', value: { version: NEW } });
    expect(lab.snapshot().standby?.installedVersions).toEqual([OLD, NEW]);
    expect(lab.calls('Install')[1]).toMatchObject({
      detail: { standby: true, bytes: 0, transferred: false },
    });
    // Both have it now.
    expect(await lab.device.os.install({ image, standbySupervisor: true })).toMatchObject({
      transferred: false,
    });
  });

  it('are installed in any order', async () => {
    lab = await openRouter(settings);
    const image = await lab.image(NEW);
    expect(await lab.device.os.install({ image, standbySupervisor: true })).toMatchObject({
      transferred: true,
    });
    expect(await lab.device.os.install({ image })).toMatchObject({ kind: 'validated', transferred: false });
    expect(lab.snapshot()).toMatchObject({
      installedVersions: [OLD, NEW],
      standby: { installedVersions: [OLD, NEW] },
    });
  });

  it('hold one Install between them', async () => {
    lab = await openRouter(settings);
    await ready();
    const second = lab.raw.install();
    second.say(transferRequest(NEW, { standbySupervisor: true }));
    expect(await second.next()).toMatchObject({ value: { type: INSTALL_IN_PROGRESS } });
  });
});

describe('two supervisors with one Install for both', () => {
  it('both have the package afterwards, and the standby has no Install of its own', async () => {
    lab = await openRouter({ supervisors: { kind: 'dual', install: 'whole-chassis' } });
    const alone = lab.raw.install();
    alone.say(transferRequest(NEW, { standbySupervisor: true }));
    expect(await alone.next()).toMatchObject({ value: { type: NOT_SUPPORTED_ON_BACKUP } });
    const install = await ready();
    install.say(content(packageOf(NEW)));
    install.say(transferEnd);
    expect(await install.next()).toMatchObject({ $case: 'validated' });
    expect(install.answers.map(({ $case }) => $case)).toEqual(['transferReady', 'validated']);
    expect(lab.snapshot()).toMatchObject({
      installedVersions: [OLD, NEW],
      standby: { installedVersions: [OLD, NEW] },
    });
  });
});
