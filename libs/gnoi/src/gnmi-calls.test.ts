import { status } from '@grpc/grpc-js';
import type { CallRecord } from './call-record.js';
import { connectDevice, type DeviceConnection } from './device-connection.js';
import { Encoding, type GetRequest, type TypedValue, type Update } from './gen/gnmi/gnmi.js';
import { formatPath, parsePath } from './gnmi-path.js';
import { startTarget, type Target } from './testing/scripted-target.js';

let target: Target | undefined;
let device: DeviceConnection | undefined;
afterEach(() => {
  device?.close();
  target?.stop();
});

type Reply = readonly [path: string, val: TypedValue][] | { code: number; details: string };

const json = (value: unknown): TypedValue => ({
  value: { $case: 'jsonIetfVal', value: Buffer.from(JSON.stringify(value)) },
});
const text = (value: string): TypedValue => ({ value: { $case: 'stringVal', value } });
const no = (code: number, details = 'no') => ({ code, details });

/** A target with these encodings and models that answers each Get as `reply` says. */
async function connect(
  reply: (request: GetRequest) => Reply,
  advertised: {
    encodings?: Encoding[];
    models?: Record<string, string>;
    fault?: { code: number; details: string };
  } = {},
) {
  const asked: GetRequest[] = [];
  const records: CallRecord[] = [];
  target = await startTarget({
    capabilities: (_call, callback) =>
      callback(advertised.fault ?? null, {
        gNMIVersion: '0.10.0',
        supportedEncodings: advertised.encodings ?? [Encoding.JSON_IETF],
        supportedModels: Object.entries(advertised.models ?? {}).map(([name, version]) => ({
          name,
          organization: '',
          version,
        })),
      }),
    get: ({ request }, callback) => {
      asked.push(request);
      const answer = reply(request);
      if ('code' in answer) return callback(answer);
      const update: Update[] = answer.map(([path, val]) => ({ path: parsePath(path), val }));
      callback(null, {
        notification: [{ timestamp: 0n, prefix: undefined, update, delete: [], atomic: false }],
      });
    },
  });
  const observer = (record: CallRecord): void => void records.push(record);
  device = connectDevice({ address: '127.0.0.1', port: target.port, observer });
  const counted = (call: string): number => records.filter((record) => record.call === call).length;
  return { gnmi: device.gnmi, asked, counted };
}

describe('what a router says of', () => {
  it('its interfaces: each with its status', async () => {
    const { gnmi, asked } = await connect(() => [
      ['/interfaces/interface[name=eth0]/state/oper-status', text('UP')],
      ['/interfaces/interface[name=eth1]/state/oper-status', json('DOWN')],
    ]);
    expect(await gnmi.interfaces()).toEqual({
      kind: 'answer',
      reported: true,
      interfaces: new Map([
        ['eth0', 'UP'],
        ['eth1', 'DOWN'],
      ]),
    });
    expect(asked[0]?.path.map((path) => formatPath(path))).toEqual([
      '/interfaces/interface[name=*]/state/oper-status',
    ]);
  });

  it('its BGP peers: those of all its network instances', async () => {
    const neighbor = (address: string, state: string) => ({
      'neighbor-address': address,
      state: { 'session-state': state, 'peer-as': 65000 },
    });
    const instance = (name: string, neighbors: object[]) => ({
      name,
      protocols: {
        protocol: [
          {
            identifier: 'openconfig-policy-types:BGP',
            name: 'x',
            bgp: { neighbors: { neighbor: neighbors } },
          },
        ],
      },
    });
    const tree = [
      instance('default', [neighbor('10.0.0.1', 'ESTABLISHED'), neighbor('fe80::1', 'IDLE')]),
      instance('red', [neighbor('10.0.0.1', 'ACTIVE')]),
    ];
    const { gnmi } = await connect(() => [['/network-instances', json({ 'oc:network-instance': tree })]]);
    expect(await gnmi.bgpPeers()).toEqual({
      kind: 'answer',
      reported: true,
      peers: [
        { instance: 'default', address: '10.0.0.1', state: 'ESTABLISHED' },
        { instance: 'default', address: 'fe80::1', state: 'IDLE' },
        { instance: 'red', address: '10.0.0.1', state: 'ACTIVE' },
      ],
    });
  });

  it('its alarms, with their severity by its plain name', async () => {
    const state = {
      id: 'a1',
      severity: 'openconfig-alarm-types:CRITICAL',
      text: 'fan 2 failed',
      resource: 'FAN2',
    };
    const { gnmi } = await connect(() => [
      ['/system/alarms/alarm[id=a1]/state', json(state)],
      ['/system/alarms/alarm[id=a2]/state/text', text('hot')],
    ]);
    expect(await gnmi.alarms()).toEqual({
      kind: 'answer',
      reported: true,
      alarms: [
        { id: 'a1', severity: 'CRITICAL', text: 'fan 2 failed', resource: 'FAN2' },
        { id: 'a2', severity: '', text: 'hot', resource: '' },
      ],
    });
  });

  it('its chassis, among its other components', async () => {
    const { gnmi } = await connect(() => [
      ['/components/component[name=fan]/state', json({ type: 'oc:FAN', 'mfg-name': 'Fans Ltd' })],
      [
        '/components/component[name=chassis]/state',
        json({ type: 'openconfig-platform-types:CHASSIS', 'mfg-name': 'Acme', 'part-no': 'X-9000' }),
      ],
    ]);
    expect(await gnmi.chassis()).toMatchObject({
      reported: true,
      chassis: { manufacturer: 'Acme', model: 'X-9000' },
    });
  });

  it('its free space: of the mount point with the most, in bytes', async () => {
    const { gnmi } = await connect(() => [
      ['/system/mount-points/mount-point[name=/]/state/available', json('200')],
      ['/system/mount-points/mount-point[name=/mnt/flash]/state/available', json('3500')],
    ]);
    expect(await gnmi.freeSpace()).toMatchObject({ reported: true, freeBytes: 3_500_000_000 });
  });

  it('itself: boot time to the nanosecond, clock and version, in one Get', async () => {
    const { gnmi, counted } = await connect(() => [
      [
        '/system/state',
        json({
          'openconfig-system:boot-time': '1789488241642536930',
          'current-datetime': '2026-11-23T19:00:00.25+01:00',
          'software-version': '2.0.0',
        }),
      ],
    ]);
    expect(await gnmi.systemState()).toEqual({
      kind: 'answer',
      reported: true,
      bootTimeNs: 1_789_488_241_642_536_930n,
      deviceTimeNs: 1_795_456_800_250_000_000n,
      softwareVersion: '2.0.0',
    });
    expect(counted('gnmi.gNMI/Get')).toBe(1);
  });

  it('itself without a clock, or without a boot time', async () => {
    const { gnmi } = await connect(({ path }) => [[formatPath(path[0]), json({ 'boot-time': 5 })]]);
    expect(await gnmi.systemState()).toEqual({ kind: 'answer', reported: true, bootTimeNs: 5n });
    device?.close();
    target?.stop();
    const other = await connect(() => [['/system/state/hostname', text('r1')]]);
    expect(await other.gnmi.systemState()).toMatchObject({ kind: 'answer', reported: false });
  });
});

describe('a boot time', () => {
  const known = { reported: true, bootTimeNs: 1_795_456_800_000_000_000n };
  it.each([
    ['1795456800000000000', undefined, known],
    ['1795456800000000000', '0.8.0', known],
    ['1795456800', '0.7.0', known],
    ['2026-11-23T18:00:00Z', '0.6.1', known],
    // Booted one second after the epoch of its unset clock: small, and right.
    ['1000000000', '2.3.0', { reported: true, bootTimeNs: 1_000_000_000n }],
    ['0', undefined, { reported: false }],
    ['soon', undefined, { reported: false }],
  ])('of %s in openconfig-system %s is %j', async (value, version, expected) => {
    const models: Record<string, string> = version === undefined ? {} : { 'openconfig-system': version };
    const { gnmi } = await connect(() => [['/system/state/boot-time', text(value)]], { models });
    expect(await gnmi.systemState()).toMatchObject(expected);
  });
});

describe('a router that does not say something', () => {
  it.each(['NOT_FOUND', 'UNIMPLEMENTED', 'INVALID_ARGUMENT'] as const)(
    'with %s is not one that has none',
    async (code) => {
      const { gnmi } = await connect(() => no(status[code]));
      for (const query of [
        'interfaces',
        'bgpPeers',
        'alarms',
        'chassis',
        'freeSpace',
        'systemState',
      ] as const) {
        expect(await gnmi[query]()).toEqual({ kind: 'answer', reported: false, why: `${code}: no` });
      }
    },
  );

  it('has none where it answers with nothing, as far as there may be none', async () => {
    const { gnmi } = await connect(() => []);
    expect(await gnmi.alarms()).toEqual({ kind: 'answer', reported: true, alarms: [] });
    expect(await gnmi.bgpPeers()).toEqual({ kind: 'answer', reported: true, peers: [] });
    for (const query of ['interfaces', 'chassis', 'freeSpace', 'systemState'] as const) {
      expect(await gnmi[query]()).toMatchObject({ kind: 'answer', reported: false });
    }
  });

  it('has none where it finds nothing and implements the model', async () => {
    const models = { 'openconfig-alarms': '0.3.2', 'openconfig-bgp': '9.0.0' };
    const { gnmi } = await connect(() => no(status.NOT_FOUND), { models });
    expect(await gnmi.alarms()).toEqual({ kind: 'answer', reported: true, alarms: [] });
    expect(await gnmi.bgpPeers()).toEqual({ kind: 'answer', reported: true, peers: [] });
    expect(await gnmi.interfaces()).toMatchObject({ reported: false });
  });

  it('says nothing where it refuses the path, even of a model that it implements', async () => {
    const models = { 'openconfig-alarms': '0.3.2' };
    const { gnmi } = await connect(() => no(status.INVALID_ARGUMENT), { models });
    expect(await gnmi.alarms()).toMatchObject({ kind: 'answer', reported: false });
  });

  it.each(['UNAVAILABLE', 'PERMISSION_DENIED', 'INTERNAL'] as const)(
    'with %s has not answered',
    async (code) => {
      const { gnmi } = await connect(() => no(status[code]));
      expect(await gnmi.alarms()).toEqual({ kind: 'rpc-error', code, message: 'no' });
    },
  );
});

describe('the encoding of a Get', () => {
  it.each([
    [[Encoding.JSON, Encoding.BYTES, Encoding.PROTO, Encoding.ASCII, Encoding.JSON_IETF], Encoding.JSON_IETF],
    [[Encoding.JSON, Encoding.PROTO], Encoding.PROTO],
    [[Encoding.ASCII, Encoding.JSON], Encoding.JSON],
    [[Encoding.ASCII], Encoding.ASCII],
    [[Encoding.BYTES], Encoding.JSON_IETF],
    [[], Encoding.JSON_IETF],
  ])('is, of those advertised %j, %d', async (encodings, expected) => {
    const { gnmi, asked } = await connect(() => [['/x', text('1')]], { encodings });
    await gnmi.get(['/x']);
    expect(asked.map(({ encoding }) => encoding)).toEqual([expected]);
  });

  it('is asked for once per connection', async () => {
    const { gnmi, counted } = await connect(() => [['/x', text('1')]]);
    for (let n = 0; n < 3; n++) await gnmi.get(['/x']);
    expect(counted('gnmi.gNMI/Capabilities')).toBe(1);
    expect(counted('gnmi.gNMI/Get')).toBe(3);
  });

  it('is another one where the target refuses what it advertised, from then on', async () => {
    const { gnmi, asked } = await connect(
      ({ encoding }) => (encoding === Encoding.PROTO ? [['/x', text('1')]] : no(status.UNIMPLEMENTED)),
      { encodings: [Encoding.JSON_IETF, Encoding.PROTO] },
    );
    expect(await gnmi.get(['/x'])).toMatchObject({ leaves: new Map([['/x', '1']]) });
    await gnmi.get(['/x']);
    expect(asked.map(({ encoding }) => encoding)).toEqual([
      Encoding.JSON_IETF,
      Encoding.PROTO,
      Encoding.PROTO,
    ]);
  });

  it('stays once it worked: a refusal is then about the path', async () => {
    const { gnmi, asked } = await connect(
      ({ path }) => (formatPath(path[0]) === '/x' ? [['/x', text('1')]] : no(status.UNIMPLEMENTED)),
      { encodings: [Encoding.JSON_IETF, Encoding.PROTO] },
    );
    await gnmi.get(['/x']);
    expect(await gnmi.get(['/y'])).toMatchObject({ code: 'UNIMPLEMENTED' });
    expect(asked).toHaveLength(2);
  });

  it('is the most common one where the target refuses to tell', async () => {
    const fault = no(status.UNIMPLEMENTED);
    const { gnmi, asked } = await connect(() => [['/x', text('1')]], { fault });
    expect(await gnmi.get(['/x'])).toMatchObject({ kind: 'answer' });
    expect(asked[0]?.encoding).toBe(Encoding.JSON_IETF);
  });

  it('is asked for again where the question failed', async () => {
    const { gnmi, counted } = await connect(() => [['/x', text('1')]], { fault: no(status.UNAVAILABLE) });
    for (let n = 0; n < 2; n++) expect(await gnmi.get(['/x'])).toMatchObject({ code: 'UNAVAILABLE' });
    expect(counted('gnmi.gNMI/Capabilities')).toBe(2);
  });
});
