import { status } from '@grpc/grpc-js';
import type { CallRecord, DeviceCall } from './call-record.js';
import { connectDevice, type DeviceConnection } from './device-connection.js';
import { StandbyState_State, type VerifyResponse } from './gen/gnoi/os.js';
import { answers, finish, startTarget, type Target } from './testing/scripted-target.js';

let target: Target | undefined;
let device: DeviceConnection | undefined;
afterEach(() => {
  device?.close();
  target?.stop();
});

async function verifyOn(response?: VerifyResponse, limits = {}) {
  target = await startTarget({
    verify: (_call, callback) => {
      if (response) callback(null, response);
    },
  });
  device = connectDevice({ address: '127.0.0.1', port: target.port });
  return device.os.verify(limits);
}

const answer: VerifyResponse = {
  version: '1.0.0',
  activationFailMessage: '',
  verifyStandby: undefined,
  individualSupervisorInstall: false,
};

describe('a connection', () => {
  it.each([
    [undefined, { kind: 'not-reported' }],
    [
      { state: { $case: 'standbyState' as const, value: { state: StandbyState_State.UNAVAILABLE } } },
      { kind: 'state', state: 'UNAVAILABLE' },
    ],
    [
      {
        state: {
          $case: 'verifyResponse' as const,
          value: { id: 'B', version: '1.0.0', activationFailMessage: '' },
        },
      },
      { kind: 'present', id: 'B', version: '1.0.0', activationFailMessage: '' },
    ],
  ])('reads a standby of %j', async (verifyStandby, standby) => {
    expect(await verifyOn({ ...answer, verifyStandby })).toMatchObject({ kind: 'answer', standby });
  });

  it('ends each call at its deadline', async () => {
    expect(await verifyOn(undefined, { deadlineMs: 50 })).toMatchObject({
      kind: 'rpc-error',
      code: 'DEADLINE_EXCEEDED',
    });
  });

  it('ends a call that is cancelled, at once', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const outcome = await verifyOn(undefined, { signal: controller.signal });
    expect(outcome).toMatchObject({ kind: 'rpc-error', code: 'CANCELLED' });
  });

  it('says what was not there to be reached', async () => {
    device = connectDevice({ address: '127.0.0.1', port: 1 });
    const outcome = await device.os.verify();
    expect(outcome).toMatchObject({ kind: 'rpc-error', code: 'UNAVAILABLE' });
    expect(outcome).toMatchObject({ message: expect.stringContaining('127.0.0.1:1') });
  });

  it('calls an empty Activate answer a violation', async () => {
    await verifyOn(answer);
    expect(await device?.os.activate({ version: '2.0.0', noReboot: true })).toMatchObject({
      kind: 'protocol-violation',
    });
  });
});

describe('the hooks of a connection', () => {
  async function hooked(beforeCall?: (call: DeviceCall) => void, verify?: VerifyResponse) {
    const records: CallRecord[] = [];
    target = await startTarget({
      verify: (_call, callback) =>
        verify ? callback(null, verify) : callback({ code: status.PERMISSION_DENIED, details: 'not you' }),
      install: (stream) => finish(stream, answers.installError(2, 'disk full')),
    });
    const observer = (record: CallRecord): void => void records.push(record);
    device = connectDevice({ address: '127.0.0.1', port: target.port, observer, beforeCall });
    return { device, records };
  }

  it('are told each call before it goes out, and how it ended', async () => {
    const before: DeviceCall[] = [];
    const startedAt = Date.now();
    const { device, records } = await hooked((call) => before.push(call), answer);
    await device.os.verify();
    await device.os.activate({ version: '2.0.0', noReboot: true });
    await device.os.install({ image: { version: '2.0.0', bytes: 3, sha256: '', open: neverOpened } });
    await device.os.isInstalling('1.0.0');
    expect(before).toEqual(records.map(({ call }) => call));
    expect(records).toMatchObject([
      { call: 'gnoi.os.OS/Verify', outcome: 'answer', detail: { version: '1.0.0' } },
      {
        call: 'gnoi.os.OS/Activate',
        outcome: 'protocol-violation',
        detail: { version: '2.0.0', noReboot: true },
      },
      {
        call: 'gnoi.os.OS/Install',
        outcome: 'install-error',
        detail: { version: '2.0.0', packageSize: 3, type: 'TOO_LARGE', detail: 'disk full' },
      },
      { call: 'gnoi.os.OS/Install', outcome: 'install-error', detail: { version: '1.0.0', probe: true } },
    ]);
    for (const record of records) {
      expect(record.startedAt).toBeGreaterThanOrEqual(startedAt);
      expect(record.ms).toBeLessThanOrEqual(Date.now() - record.startedAt + 1);
    }
    expect(JSON.parse(JSON.stringify(records))).toEqual(records);
  });

  it('are told the status of a call without a reply', async () => {
    const { device, records } = await hooked();
    await device.os.verify();
    expect(records).toMatchObject([{ outcome: 'PERMISSION_DENIED', detail: { message: 'not you' } }]);
  });

  it('hear nothing of a call that was cancelled before it was sent', async () => {
    const before: DeviceCall[] = [];
    const { device, records } = await hooked((call) => before.push(call), answer);
    await device.os.verify({ signal: AbortSignal.abort() });
    expect([before, records]).toEqual([[], []]);
  });

  it('keep a call from being sent by throwing', async () => {
    const { device, records } = await hooked(() => {
      throw new Error('not now');
    }, answer);
    await expect(device.os.verify()).rejects.toThrow('not now');
    expect(records).toEqual([]);
  });
});

const neverOpened = (): never => {
  throw new Error('opened without being asked for');
};
