import { connectDevice, type DeviceConnection } from './device-connection.js';
import { StandbyState_State, type VerifyResponse } from './gen/gnoi/os.js';
import { startTarget } from './testing/scripted-target.js';

let target: Awaited<ReturnType<typeof startTarget>> | undefined;
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
