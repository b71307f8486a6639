import { status } from '@grpc/grpc-js';
import { ACTIVATE_ERROR_TYPES } from '@vecino/upgrade';
import { connectDevice, type DeviceConnection } from './device-connection.js';
import { ActivateError_Type, type ActivateResponse } from './gen/gnoi/os.js';
import { RebootMethod, type RebootRequest } from './gen/gnoi/system.js';
import { answers, finish, startTarget, type Target } from './testing/scripted-target.js';

type Handlers = Parameters<typeof startTarget>[0];

let target: Target | undefined;
let device: DeviceConnection | undefined;
afterEach(() => {
  device?.close();
  target?.stop();
});

async function connect(handlers: Handlers): Promise<DeviceConnection> {
  target = await startTarget(handlers);
  device = connectDevice({ address: '127.0.0.1', port: target.port });
  return device;
}

interface Limits {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

const image = {
  version: '2.0.0',
  bytes: 1,
  sha256: '',
  open: (): never => {
    throw new Error('not asked for');
  },
};

/** Every call that the driver can make. */
const EVERY_CALL: Record<string, (device: DeviceConnection, limits: Limits) => Promise<{ kind: string }>> = {
  'os.verify': (d, limits) => d.os.verify(limits),
  'os.activate': (d, limits) => d.os.activate({ version: '2.0.0', noReboot: true }, limits),
  'os.install': (d, limits) => d.os.install({ image, ...limits }),
  'os.isInstalling': (d, limits) => d.os.isInstalling('1.0.0', limits),
  'system.time': (d, limits) => d.system.time(limits),
  'system.reboot': (d, limits) => d.system.reboot({ message: 'x' }, limits),
  'system.rebootStatus': (d, limits) => d.system.rebootStatus(limits),
  'system.cancelReboot': (d, limits) => d.system.cancelReboot({ message: 'x' }, limits),
  'gnmi.capabilities': (d, limits) => d.gnmi.capabilities(limits),
  'gnmi.get': (d, limits) => d.gnmi.get(['/system/state'], limits),
  'gnmi.interfaces': (d, limits) => d.gnmi.interfaces(limits),
  'gnmi.bgpPeers': (d, limits) => d.gnmi.bgpPeers(limits),
  'gnmi.alarms': (d, limits) => d.gnmi.alarms(limits),
  'gnmi.chassis': (d, limits) => d.gnmi.chassis(limits),
  'gnmi.freeSpace': (d, limits) => d.gnmi.freeSpace(limits),
  'gnmi.systemState': (d, limits) => d.gnmi.systemState(limits),
};
const calls = Object.entries(EVERY_CALL);
const SILENT: Handlers = { activate: () => undefined };

it('is every call that there is', async () => {
  const { os, system, gnmi } = await connect(SILENT);
  const methods = Object.entries({ os, system, gnmi }).flatMap(([service, of]) =>
    Object.keys(of).map((name) => `${service}.${name}`),
  );
  expect(methods.sort()).toEqual(Object.keys(EVERY_CALL).sort());
});

describe.each(calls)('%s', (_name, call) => {
  it('ends at its deadline when the router is silent', async () => {
    const outcome = await call(await connect(SILENT), { deadlineMs: 40 });
    expect(outcome).toMatchObject({ kind: 'rpc-error', code: 'DEADLINE_EXCEEDED' });
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const ended = call(await connect(SILENT), { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect(await ended).toMatchObject({ kind: 'rpc-error', code: 'CANCELLED' });
  });
});

describe('a reply that is lost', () => {
  it.each([
    ['Activate', EVERY_CALL['os.activate']],
    ['Reboot', EVERY_CALL['system.reboot']],
  ])('leaves open whether %s happened', async (_name, call) => {
    const vanish = (): void => target?.breakOff();
    const router = await connect({ activate: vanish, system: { reboot: vanish } });
    expect(await call?.(router, {})).toMatchObject({ kind: 'rpc-error', code: 'UNAVAILABLE' });
  });
});

describe('Activate', () => {
  const activateOn = async (response: ActivateResponse['response']) => {
    const router = await connect({ activate: (_call, callback) => callback(null, { response }) });
    return router.os.activate({ version: '2.0.0', noReboot: true, standbySupervisor: true });
  };

  it('says for which supervisor and whether to reboot', async () => {
    const asked: unknown[] = [];
    const router = await connect({
      activate: ({ request }, callback) => {
        asked.push(request);
        callback(null, { response: { $case: 'activateOk', value: {} } });
      },
    });
    expect(await router.os.activate({ version: '2.0.0', noReboot: true })).toEqual({ kind: 'activated' });
    await router.os.activate({ version: '2.0.0', noReboot: false, standbySupervisor: true });
    expect(asked).toEqual([
      { version: '2.0.0', noReboot: true, standbySupervisor: false },
      { version: '2.0.0', noReboot: false, standbySupervisor: true },
    ]);
  });

  it.each(ACTIVATE_ERROR_TYPES)('is refused with %s in the reply, without a gRPC error', async (type) => {
    const value = { type: ActivateError_Type[type], detail: 'why' };
    expect(await activateOn({ $case: 'activateError', value })).toEqual({
      kind: 'activate-error',
      type,
      detail: 'why',
    });
  });

  it('is refused with a type that is younger than this driver', async () => {
    const value = { type: 77 as ActivateError_Type, detail: 'new' };
    expect(await activateOn({ $case: 'activateError', value })).toMatchObject({ type: 'UNSPECIFIED' });
  });
});

describe('gnoi.system', () => {
  it('is asked for a cold reboot of the whole device, unforced', async () => {
    const asked: RebootRequest[] = [];
    const router = await connect({
      system: {
        reboot: ({ request }, callback) => {
          asked.push(request);
          callback(null, {});
        },
      },
    });
    expect(await router.system.reboot({ message: 'upgrade', delayNs: 5_000_000_000n })).toEqual({
      kind: 'answer',
    });
    expect(asked).toEqual([
      {
        method: RebootMethod.COLD,
        delay: 5_000_000_000n,
        message: 'upgrade',
        subcomponents: [],
        force: false,
      },
    ]);
  });

  it('refuses a reboot while one is pending', async () => {
    const pending = { code: status.FAILED_PRECONDITION, details: 'a reboot is pending' };
    const router = await connect({ system: { reboot: (_call, callback) => callback(pending) } });
    expect(await router.system.reboot({ message: 'x' })).toEqual({
      kind: 'rpc-error',
      code: 'FAILED_PRECONDITION',
      message: 'a reboot is pending',
    });
  });

  it('tells what is pending, and the time to the nanosecond', async () => {
    const timeNs = 1_789_488_241_642_536_931n;
    const router = await connect({
      system: {
        time: (_call, callback) => callback(null, { time: timeNs }),
        rebootStatus: (_call, callback) =>
          callback(null, {
            active: true,
            wait: 3n,
            when: 4n,
            reason: 'upgrade',
            count: 2,
            method: RebootMethod.COLD,
            status: undefined,
          }),
      },
    });
    expect(await router.system.time()).toEqual({ kind: 'answer', timeNs });
    expect(await router.system.rebootStatus()).toEqual({
      kind: 'answer',
      active: true,
      waitNs: 3n,
      reason: 'upgrade',
    });
  });
});

describe('whether an Install runs', () => {
  it.each([
    ['yes: a second one is refused as such', answers.installError(6, 'busy'), true],
    ['no: the running version is there', answers.validated('1.0.0'), false],
    ['no: the router would take an image', answers.ready, false],
    ['no: it is refused for another reason', answers.installError(9, 'backup'), false],
  ])('%s', async (_why, reply, installing) => {
    const router = await connect({
      install: (stream) => {
        stream.on('data', () => (reply === answers.ready ? stream.write(reply) : finish(stream, reply)));
      },
    });
    expect(await router.os.isInstalling('1.0.0')).toEqual({ kind: 'answer', installing });
  });

  it('remains unknown when the router breaks the protocol', async () => {
    const router = await connect({ install: (stream) => stream.end() });
    expect(await router.os.isInstalling('1.0.0')).toMatchObject({ kind: 'rpc-error', code: 'UNKNOWN' });
  });
});
