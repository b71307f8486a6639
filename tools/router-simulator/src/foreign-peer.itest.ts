import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDevice, type DeviceConnection } from '@vecino/gnoi';
import { CertificateAuthority } from './certificate-authority.js';
import { startSimulator, type Simulator } from './simulator.js';
import {
  startForeignTarget,
  upgradeWithGo,
  WITH_BUILD_MS,
  type ForeignTarget,
} from './testing/foreign-peer.js';
import { until } from './testing/open-router.js';
import { writeImage } from './write-image.js';

const OLD = '1.0.0';
const NEW = '2.0.0';
const IMAGE_BYTES = 3_000_000;

let dir: string;
let authority: CertificateAuthority;
const image = () => join(dir, NEW, 'image.bin');
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vecino-foreign-'));
  authority = await CertificateAuthority.create();
  await writeImage(dir, NEW, IMAGE_BYTES, 'seed');
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('a client written in Go on OpenConfig’s own definitions', () => {
  let simulator: Simulator;
  afterEach(() => simulator.stop());

  it(
    'upgrades a simulated router',
    async () => {
      simulator = await startSimulator({
        routers: [{ routerId: 'edge-1', address: '127.0.0.1', port: 0, runningVersion: OLD, rebootMs: 100 }],
        authority,
      });
      const { address, port, bootTimeNs } = simulator.router('edge-1').snapshot();
      const steps = await upgradeWithGo({
        dir,
        authority,
        address,
        port,
        routerId: 'edge-1',
        version: NEW,
        imageFile: image(),
      });
      const standing = { fail: '', standby: 'UNSUPPORTED', individual: false };
      const after = simulator.router('edge-1').snapshot();
      // Their numbers are 64 bits wide, JSON's here are not.
      const rounded = (ns: string) => Number(ns);
      expect(steps).toEqual([
        { step: 'capabilities', gnmi: '0.8.0', models: 4 },
        { step: 'boot-time', ns: rounded(bootTimeNs) },
        { step: 'install', version: NEW, progress: 2 },
        { step: 'install', version: NEW, progress: 0 },
        { step: 'verify', version: OLD, ...standing },
        { step: 'rebooted', ns: rounded(after.bootTimeNs) },
        { step: 'verify', version: NEW, ...standing },
      ]);
      expect(after).toMatchObject({ runningVersion: NEW, boots: 1 });
      const installs = simulator.calls().filter(({ rpc }) => rpc.endsWith('/Install'));
      expect(installs.map(({ peer, detail }) => [peer, detail['bytes']])).toEqual([
        ['go', IMAGE_BYTES],
        ['go', 0],
      ]);
    },
    WITH_BUILD_MS,
  );
});

describe('a target written in Go on OpenConfig’s own definitions', () => {
  let target: ForeignTarget;
  let device: DeviceConnection;
  beforeAll(async () => {
    target = await startForeignTarget({ dir, authority, runningVersion: OLD });
    const { address, port, tls, routerId } = target;
    device = connectDevice({ address, port, tls, serverName: routerId });
  }, WITH_BUILD_MS);
  afterAll(async () => {
    device.close();
    await target.stop();
  });

  const stateOf = async () => {
    const state = await device.gnmi.systemState();
    return state.kind === 'answer' && state.reported ? state : undefined;
  };

  it('is upgraded by our driver', async () => {
    const before = await stateOf();
    expect(before).toMatchObject({ softwareVersion: OLD });
    expect(await device.os.verify()).toEqual({
      kind: 'answer',
      version: OLD,
      activationFailMessage: '',
      standby: { kind: 'state', state: 'UNSUPPORTED' },
      individualSupervisorInstall: false,
    });
    const manifest = JSON.parse(readFileSync(join(dir, NEW, 'manifest.json'), 'utf8')) as {
      size: number;
      sha256: string;
    };
    const content = readFileSync(image());
    const install = {
      image: {
        version: NEW,
        bytes: manifest.size,
        sha256: manifest.sha256,
        async *open() {
          yield content;
        },
      },
    };
    expect(await device.os.install(install)).toMatchObject({ kind: 'validated', transferred: true });
    await until(() => target.events.length > 1);
    expect(target.events).toContainEqual({
      event: 'installed',
      version: NEW,
      bytes: manifest.size,
      sha256: manifest.sha256,
    });
    expect(await device.os.install(install)).toMatchObject({ kind: 'validated', transferred: false });
    expect(await device.os.install({ ...install, standbySupervisor: true })).toMatchObject({
      type: 'NOT_SUPPORTED_ON_BACKUP',
    });
    expect(await device.os.activate({ version: '9.9.9', noReboot: true })).toMatchObject({
      type: 'NON_EXISTENT_VERSION',
    });
    expect(await device.os.activate({ version: NEW, noReboot: true })).toEqual({ kind: 'activated' });
    expect(await device.os.verify()).toMatchObject({ version: OLD });
    expect(await device.system.reboot({ message: 'forward' })).toEqual({ kind: 'answer' });
    expect(await device.system.reboot({ message: 'forward' })).toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await device.system.rebootStatus()).toMatchObject({ active: true, reason: 'forward' });
    await until(async () => ((await stateOf())?.bootTimeNs ?? 0n) > (before?.bootTimeNs ?? 0n));
    expect(await device.os.verify()).toMatchObject({ version: NEW });
  });

  it('is read by our driver', async () => {
    expect(await device.gnmi.capabilities()).toMatchObject({ kind: 'answer', gnmiVersion: '0.10.0' });
    expect(await device.gnmi.interfaces()).toMatchObject({
      reported: true,
      interfaces: new Map([
        ['ge-0/0/0', 'UP'],
        ['ge-0/0/1', 'UP'],
      ]),
    });
    expect(await device.gnmi.alarms()).toMatchObject({ reported: true, alarms: [] });
    expect(await device.gnmi.chassis()).toMatchObject({
      reported: true,
      chassis: { manufacturer: 'Foreign' },
    });
    // What it does not have is not taken for empty.
    expect(await device.gnmi.bgpPeers()).toMatchObject({ kind: 'answer', reported: false });
    expect(await device.gnmi.freeSpace()).toMatchObject({ kind: 'answer', reported: false });
  });

  it('is not spoken to by a stranger, nor under another name', async () => {
    const { address, port, tls } = target;
    const misnamed = connectDevice({ address, port, tls, serverName: 'edge-9' });
    expect(await misnamed.os.verify()).toMatchObject({ kind: 'identity-mismatch' });
    misnamed.close();
    const other = await (await CertificateAuthority.create()).issueClient('stranger');
    const stranger = connectDevice({
      address,
      port,
      tls: { ca: tls.ca, cert: other.certificate, key: other.key },
      serverName: target.routerId,
    });
    expect((await stranger.os.verify({ deadlineMs: 3_000 })).kind).not.toBe('answer');
    stranger.close();
  });
});
