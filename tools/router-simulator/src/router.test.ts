import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Metadata } from '@grpc/grpc-js';
import { connectDevice, gnmiWire, parsePath, type DeviceConnection, type InstallImage } from '@vecino/gnoi';
import { startSimulator, type Simulator } from './simulator.js';
import { writeImage, type ImageManifest } from './write-image.js';

let dir: string;
let simulator: Simulator;
let device: DeviceConnection;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vecino-router-'));
  simulator = await startSimulator({
    routers: [
      {
        routerId: 'edge-1',
        address: '127.0.0.1',
        port: 0,
        runningVersion: '1.0.0',
        rebootStartMs: 1_000,
        rebootMs: 1_000,
      },
    ],
    callLog: join(dir, 'calls.jsonl'),
  });
  device = connectDevice({ address: '127.0.0.1', port: router().snapshot().port });
});
afterEach(async () => {
  device.close();
  await simulator.stop();
  rmSync(dir, { recursive: true });
});

const router = () => simulator.router('edge-1');

async function imageOf(version: string, open?: InstallImage['open']): Promise<InstallImage> {
  const manifest: ImageManifest = await writeImage(dir, version, 100_000, 'seed');
  const content = readFileSync(join(dir, version, 'image.bin'));
  return {
    version,
    bytes: manifest.size,
    sha256: manifest.sha256,
    open:
      open ??
      async function* () {
        yield content;
      },
  };
}

describe('a simulated router', () => {
  it('answers each encoding of gNMI with every digit of its boot time', async () => {
    const client = new gnmiWire.gNMIClient(
      `127.0.0.1:${router().snapshot().port}`,
      credentials.createInsecure(),
    );
    const get = (encoding: gnmiWire.Encoding) =>
      new Promise<gnmiWire.TypedValue | undefined>((resolve, reject) => {
        const path = [parsePath('/system/state/boot-time')];
        client.get({ prefix: undefined, path, type: 2, encoding }, new Metadata(), (error, response) =>
          error ? reject(error) : resolve(response.notification[0]?.update[0]?.val),
        );
      });
    const { bootTimeNs } = router().snapshot();
    expect(await get(gnmiWire.Encoding.PROTO)).toEqual({
      value: { $case: 'uintVal', value: BigInt(bootTimeNs) },
    });
    expect(await get(gnmiWire.Encoding.JSON_IETF)).toEqual({
      value: { $case: 'jsonIetfVal', value: Buffer.from(`"${bootTimeNs}"`) },
    });
    expect(await get(gnmiWire.Encoding.JSON)).toEqual({
      value: { $case: 'jsonVal', value: Buffer.from(bootTimeNs) },
    });
    await expect(get(gnmiWire.Encoding.BYTES)).rejects.toMatchObject({ details: 'encoding not supported' });
    client.close();
  });

  it('says what it does not know', async () => {
    expect(await device.gnmi.get(['/nowhere'])).toMatchObject({ kind: 'rpc-error', code: 'NOT_FOUND' });
  });

  it('takes one Install at a time', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const slow = await imageOf('2.0.0', async function* () {
      await released;
      yield readFileSync(join(dir, '2.0.0', 'image.bin'));
    });
    const first = device.os.install({ image: slow });
    while (!router().snapshot().installing) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await device.os.isInstalling('1.0.0')).toEqual({ kind: 'answer', installing: true });
    expect(await device.os.install({ image: await imageOf('3.0.0') })).toMatchObject({
      kind: 'install-error',
      type: 'INSTALL_IN_PROGRESS',
    });
    release();
    expect(await first).toMatchObject({ kind: 'validated', version: '2.0.0' });
    expect(await device.os.isInstalling('1.0.0')).toEqual({ kind: 'answer', installing: false });
  });

  it('validates the version in the package, whatever it was asked for', async () => {
    const image = await imageOf('2.0.0');
    const outcome = await device.os.install({ image: { ...image, version: '2.0.1' } });
    expect(outcome).toEqual({ kind: 'validated-other', asked: '2.0.1', answered: '2.0.0' });
    expect(router().snapshot().installedVersions).toEqual(['1.0.0', '2.0.0']);
  });

  it('keeps nothing of a transfer that does not end', async () => {
    const image = await imageOf('2.0.0');
    expect(await device.os.install({ image: { ...image, sha256: 'wrong' } })).toMatchObject({
      kind: 'source-mismatch',
    });
    while (router().snapshot().installing) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(router().snapshot().installedVersions).toEqual(['1.0.0']);
    expect(simulator.calls()).toMatchObject([{ accepted: false, status: 'CANCELLED' }]);
  });

  it('activates only what is installed', async () => {
    expect(await device.os.activate({ version: '2.0.0', noReboot: true })).toMatchObject({
      kind: 'activate-error',
      type: 'NON_EXISTENT_VERSION',
    });
  });

  it('goes away for a reboot and comes back at the same address with a new boot time', async () => {
    await device.os.install({ image: await imageOf('2.0.0') });
    await device.os.activate({ version: '2.0.0', noReboot: true });
    const before = router().snapshot();
    expect(await device.system.reboot({ message: 'now' })).toEqual({ kind: 'answer' });
    expect(await device.system.reboot({ message: 'again' })).toMatchObject({ code: 'FAILED_PRECONDITION' });
    let seenAway = false;
    for (;;) {
      const outcome = await device.os.verify();
      if (outcome.kind !== 'answer') seenAway = true;
      else if (outcome.version === '2.0.0') break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const after = router().snapshot();
    expect(seenAway).toBe(true);
    expect(after).toMatchObject({ port: before.port, boots: 1, runningVersion: '2.0.0' });
    expect(BigInt(after.bootTimeNs)).toBeGreaterThan(BigInt(before.bootTimeNs));
    const lines = readFileSync(join(dir, 'calls.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(simulator.records());
    expect(simulator.records().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['down', 'up']));
  }, 20_000);

  it('is the same for the same seed', async () => {
    const boot = async (seed: string) => {
      const routers = [{ routerId: 'edge-1', address: '127.0.0.1', port: 0, runningVersion: '1.0.0' }];
      const other = await startSimulator({ routers, seed });
      const { device: one } = other.router('edge-1');
      const uptime = one.nowNs() - one.bootTimeNs;
      await other.stop();
      return uptime / 1_000_000_000n;
    };
    expect(await boot('a')).toBe(await boot('a'));
    expect(await boot('a')).not.toBe(await boot('b'));
  });
});
