import { setTimeout as pause } from 'node:timers/promises';
import { ServerCredentials, status } from '@grpc/grpc-js';
import type { VerifyOutcome } from '@vecino/upgrade';
import { connectDevice, type DeviceConnection, type DeviceEndpoint } from './device-connection.js';
import type { DeviceTls } from './device-tls.js';
import { rpcFault } from './rpc-fault.js';
import { createAuthority, type Authority } from './testing/authority.js';
import { startTarget, type Target } from './testing/scripted-target.js';

const ROUTER = 'mad-edge-01';
const YEAR_MS = 365 * 24 * 60 * 60_000;

let ours: Authority;
let foreign: Authority;
let client: DeviceTls;
beforeAll(async () => {
  [ours, foreign] = await Promise.all([createAuthority(), createAuthority()]);
  client = { ca: ours.ca, ...(await ours.issue(['vecino-worker'])) };
});

let target: Target | undefined;
let device: DeviceConnection | undefined;
afterEach(() => {
  device?.close();
  target?.stop();
});

type Pem = Awaited<ReturnType<Authority['issue']>>;

async function startRouter(server: Pem, port = 0): Promise<void> {
  const pair = { private_key: Buffer.from(server.key), cert_chain: Buffer.from(server.cert) };
  target = await startTarget({
    port,
    credentials: ServerCredentials.createSsl(Buffer.from(ours.ca), [pair], true),
    verify: (_call, callback) =>
      callback(null, {
        version: '1.0.0',
        activationFailMessage: '',
        verifyStandby: undefined,
        individualSupervisorInstall: false,
      }),
  });
}

/** A router with this certificate, as a worker sees it. */
async function verifyOn(server: Pem, endpoint: Partial<DeviceEndpoint> = {}): Promise<VerifyOutcome> {
  await startRouter(server);
  const port = target?.port ?? 0;
  device = connectDevice({ address: '127.0.0.1', port, tls: client, serverName: ROUTER, ...endpoint });
  return device.os.verify();
}

/** Asks until the outcome is of this kind. */
async function until(kind: string): Promise<void> {
  while ((await device?.os.verify())?.kind !== kind) await pause(10);
}

describe('a router’s identity', () => {
  it.each([[[ROUTER]], [['other-name', ROUTER, '127.0.0.1']]])('is believed with names %j', async (names) => {
    expect(await verifyOn(await ours.issue(names))).toMatchObject({ kind: 'answer', version: '1.0.0' });
  });

  it('is its address where it has no name', async () => {
    const server = await ours.issue(['127.0.0.1']);
    expect(await verifyOn(server, { serverName: '127.0.0.1' })).toMatchObject({ kind: 'answer' });
  });

  it('is not that of another router under the same address', async () => {
    expect(await verifyOn(await ours.issue(['bcn-edge-02', '127.0.0.1']))).toMatchObject({
      kind: 'identity-mismatch',
      expected: ROUTER,
      message: expect.stringContaining('bcn-edge-02'),
    });
  });

  it('is not proven by an authority that is not ours', async () => {
    expect(await verifyOn(await foreign.issue([ROUTER]))).toMatchObject({ kind: 'identity-mismatch' });
  });

  it('is proven by each of two authorities in one file, while routers change over', async () => {
    const next = await createAuthority('next authority');
    const tls = { ...client, ca: `${ours.ca}\n${next.ca}\n` };
    expect(await verifyOn(await next.issue([ROUTER]), { tls })).toMatchObject({ kind: 'answer' });
    device?.close();
    target?.stop();
    expect(await verifyOn(await ours.issue([ROUTER]), { tls })).toMatchObject({ kind: 'answer' });
  });

  it.each([
    ['has expired', -YEAR_MS],
    ['is not yet valid', YEAR_MS],
  ])('is not proven by a certificate that %s', async (text, offset) => {
    const server = await ours.issue([ROUTER], new Date(Date.now() + offset));
    expect(await verifyOn(server)).toEqual({
      kind: 'identity-mismatch',
      expected: ROUTER,
      message: `certificate ${text}`,
    });
  });

  it('is asked for anew by each connection: the impostor goes, nobody answers, the router comes', async () => {
    expect(await verifyOn(await ours.issue(['impostor']))).toMatchObject({ kind: 'identity-mismatch' });
    const port = target?.port;
    target?.stop();
    await until('rpc-error');
    await startRouter(await ours.issue([ROUTER]), port);
    await until('answer');
  });

  it('is not what an endpoint without TLS has', async () => {
    target = await startTarget({});
    device = connectDevice({ address: '127.0.0.1', port: target.port, tls: client, serverName: ROUTER });
    expect(await device.os.verify()).toMatchObject({ kind: 'rpc-error', code: 'UNAVAILABLE' });
  });
});

describe('a router that does not believe us', () => {
  it('is unavailable, and not taken for another one', async () => {
    const stranger = { ca: ours.ca, ...(await foreign.issue(['stranger'])) };
    expect(await verifyOn(await ours.issue([ROUTER]), { tls: stranger })).toMatchObject({
      kind: 'rpc-error',
      code: 'UNAVAILABLE',
    });
  });
});

describe('the text of a refused certificate', () => {
  it.each([
    ['self-signed certificate in certificate chain', true],
    ['unable to get local issuer certificate', true],
    ['unable to verify the first certificate', true],
    ['invalid CA certificate', true],
    ['certificate revoked', true],
    ['00E1:error:0A000412:SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate', false],
    ['00E1:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required', false],
    ['connect ECONNREFUSED 127.0.0.1:9339', false],
    ['read ECONNRESET', false],
  ])('%j: is it another router? %s', (text, another) => {
    const details = `No connection established. Last error: Error: ${text}. Resolution note: `;
    const fault = rpcFault({ code: status.UNAVAILABLE, details }, ROUTER);
    expect(fault.kind).toBe(another ? 'identity-mismatch' : 'rpc-error');
    // What a router says itself is no proof of anything.
    expect(rpcFault({ code: status.PERMISSION_DENIED, details }, ROUTER).kind).toBe('rpc-error');
  });
});
