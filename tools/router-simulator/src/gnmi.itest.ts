import { formatPath, gnmiWire, parsePath } from '@vecino/gnoi';
import { OLD, openRouter, ROUTER_ID, type OpenRouter } from './testing/open-router.js';

const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;
const { JSON: PLAIN_JSON, JSON_IETF, PROTO, ASCII, BYTES } = gnmiWire.Encoding;
const { ALL, CONFIG, STATE, OPERATIONAL } = gnmiWire.GetRequest_DataType;
const PEERS =
  '/network-instances/network-instance[name=*]/protocols/protocol[identifier=BGP][name=*]/bgp/neighbors/neighbor[neighbor-address=*]/state';

let lab: OpenRouter;
afterEach(() => lab.close());

/** Path text → value, as text where it is JSON. */
function updates({ notification }: gnmiWire.GetResponse): [string, unknown][] {
  return notification.flatMap(({ prefix, update }) =>
    update.map(({ path, val }): [string, unknown] => {
      const value = val?.value?.value;
      return [formatPath(path, prefix), Buffer.isBuffer(value) ? value.toString('utf8') : value];
    }),
  );
}
const one = async (path: string, encoding: gnmiWire.Encoding) =>
  updates(await lab.raw.get([path], encoding))[0]?.[1];

describe('Capabilities', () => {
  it('names the models and encodings there are', async () => {
    lab = await openRouter({ gnmiEncodings: ['JSON', 'ASCII'] });
    const reply = await lab.raw.capabilities();
    expect(reply.supportedEncodings).toEqual([PLAIN_JSON, ASCII]);
    expect(reply.supportedModels.map(({ name }) => name)).toEqual([
      'openconfig-system',
      'openconfig-interfaces',
      'openconfig-network-instance',
      'openconfig-platform',
    ]);
    await expect(lab.raw.get(['/system'], PROTO)).rejects.toMatchObject({ code: UNIMPLEMENTED });
  });
});

describe('Get', () => {
  it('answers what an upgrade wants to know, leaf by leaf', async () => {
    lab = await openRouter({
      supervisors: { kind: 'dual', install: 'individual' },
      manufacturer: 'Acme',
      model: 'A-9',
      freeBytes: 5_000_000_000,
      interfaces: [{ name: 'Ethernet1/1' }, { name: 'eth1', adminStatus: 'DOWN', operStatus: 'DOWN' }],
      bgpPeers: [
        { address: '192.0.2.1' },
        { address: '2001:db8::1', networkInstance: 'blue', sessionState: 'IDLE' },
      ],
      alarms: [{ id: 'a1', severity: 'CRITICAL', text: 'hot', resource: 'psu' }],
    });
    const reply = await lab.raw.get([
      '/system/state',
      '/interfaces/interface[name=*]/state',
      PEERS,
      '/system/alarms/alarm[id=*]/state',
      '/components/component[name=*]/state',
      '/system/mount-points/mount-point[name=*]/state',
    ]);
    expect(reply.notification).toHaveLength(6);
    const leaves = new Map(updates(reply));
    const { bootTimeNs } = lab.snapshot();
    expect(leaves.get('/system/state/current-datetime')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    leaves.delete('/system/state/current-datetime');
    const neighbor = (instance: string, address: string) =>
      `/network-instances/network-instance[name=${instance}]/protocols/protocol[identifier=BGP][name=BGP]/bgp/neighbors/neighbor[neighbor-address=${address}]/state`;
    const component = (name: string) => `/components/component[name=${name}]/state`;
    const mount = '/system/mount-points/mount-point[name=/images]/state';
    const alarm = '/system/alarms/alarm[id=a1]/state';
    expect(Object.fromEntries(leaves)).toEqual({
      '/system/state/hostname': ROUTER_ID,
      '/system/state/boot-time': BigInt(bootTimeNs),
      '/system/state/software-version': OLD,
      '/interfaces/interface[name=Ethernet1/1]/state/name': 'Ethernet1/1',
      '/interfaces/interface[name=Ethernet1/1]/state/oper-status': 'UP',
      '/interfaces/interface[name=Ethernet1/1]/state/admin-status': 'UP',
      '/interfaces/interface[name=eth1]/state/name': 'eth1',
      '/interfaces/interface[name=eth1]/state/oper-status': 'DOWN',
      '/interfaces/interface[name=eth1]/state/admin-status': 'DOWN',
      [`${neighbor('DEFAULT', '192.0.2.1')}/neighbor-address`]: '192.0.2.1',
      [`${neighbor('DEFAULT', '192.0.2.1')}/session-state`]: 'ESTABLISHED',
      [`${neighbor('blue', '2001:db8::1')}/neighbor-address`]: '2001:db8::1',
      [`${neighbor('blue', '2001:db8::1')}/session-state`]: 'IDLE',
      [`${alarm}/id`]: 'a1',
      [`${alarm}/severity`]: 'CRITICAL',
      [`${alarm}/text`]: 'hot',
      [`${alarm}/resource`]: 'psu',
      [`${component('chassis')}/name`]: 'chassis',
      [`${component('chassis')}/type`]: 'CHASSIS',
      [`${component('chassis')}/mfg-name`]: 'Acme',
      [`${component('chassis')}/model-name`]: 'A-9',
      [`${component('chassis')}/description`]: 'Acme A-9',
      [`${component('RP0')}/name`]: 'RP0',
      [`${component('RP0')}/type`]: 'CONTROLLER_CARD',
      [`${component('RP0')}/mfg-name`]: 'Acme',
      [`${component('RP0')}/description`]: 'supervisor',
      [`${component('RP0')}/software-version`]: OLD,
      [`${component('RP0')}/redundant-role`]: 'PRIMARY',
      [`${component('RP1')}/name`]: 'RP1',
      [`${component('RP1')}/type`]: 'CONTROLLER_CARD',
      [`${component('RP1')}/mfg-name`]: 'Acme',
      [`${component('RP1')}/description`]: 'supervisor',
      [`${component('RP1')}/software-version`]: OLD,
      [`${component('RP1')}/redundant-role`]: 'SECONDARY',
      [`${mount}/name`]: '/images',
      [`${mount}/size`]: 9_294n,
      [`${mount}/available`]: 5_000n,
      [`${mount}/utilized`]: 4_294n,
    });
  });

  it('gives a leaf in each encoding, with every digit', async () => {
    lab = await openRouter({ gnmiEncodings: ['JSON', 'BYTES', 'PROTO', 'ASCII', 'JSON_IETF'] });
    const { bootTimeNs } = lab.snapshot();
    const path = '/system/state/boot-time';
    expect(await one(path, PROTO)).toBe(BigInt(bootTimeNs));
    expect(await one(path, PLAIN_JSON)).toBe(bootTimeNs);
    expect(await one(path, JSON_IETF)).toBe(`"${bootTimeNs}"`);
    expect(await one(path, ASCII)).toBe(bootTimeNs);
    expect(await one(path, BYTES)).toBe(bootTimeNs);
  });

  it('gives a container as one JSON object, lists as arrays with their keys', async () => {
    lab = await openRouter({ interfaces: [{ name: 'eth0' }], alarms: [{ id: 'a1', severity: 'MINOR' }] });
    const [update, ...more] = updates(await lab.raw.get(['/interfaces'], JSON_IETF));
    expect(more).toEqual([]);
    expect(update?.[0]).toBe('/interfaces');
    expect(JSON.parse(String(update?.[1]))).toEqual({
      'openconfig-interfaces:interface': [
        { name: 'eth0', state: { name: 'eth0', 'oper-status': 'UP', 'admin-status': 'UP' } },
      ],
    });
    const alarms = String(await one('/system/alarms', JSON_IETF));
    expect(JSON.parse(alarms)).toMatchObject({
      'openconfig-system:alarm': [{ id: 'a1', state: { severity: 'openconfig-alarm-types:MINOR' } }],
    });
    const plain = String(await one('/system/alarms', PLAIN_JSON));
    expect(JSON.parse(plain)).toMatchObject({ alarm: [{ id: 'a1', state: { severity: 'MINOR' } }] });
    const root = JSON.parse(String(await one('/', JSON_IETF))) as object;
    expect(Object.keys(root)).toEqual([
      'openconfig-system:system',
      'openconfig-interfaces:interfaces',
      'openconfig-network-instance:network-instances',
      'openconfig-platform:components',
    ]);
  });

  it('gives one object for each match of a wildcard', async () => {
    lab = await openRouter();
    const found = updates(await lab.raw.get(['/interfaces/interface[name=*]/state'], JSON_IETF));
    expect(found.map(([path]) => path)).toEqual(
      [0, 1, 2, 3].map((n) => `/interfaces/interface[name=eth${n}]/state`),
    );
    expect(JSON.parse(String(found[0]?.[1]))).toMatchObject({ 'openconfig-interfaces:oper-status': 'UP' });
  });

  it('gives leaves also in JSON, where it is one of those', async () => {
    lab = await openRouter({ jsonSubtrees: false });
    const found = updates(await lab.raw.get(['/system/state'], JSON_IETF));
    expect(found).toContainEqual(['/system/state/hostname', `"${ROUTER_ID}"`]);
    expect(found).toHaveLength(4);
  });

  it('adds paths to the prefix and repeats its target', async () => {
    lab = await openRouter();
    const prefix = { ...parsePath('/interfaces/interface[name=eth1]'), target: 'edge' };
    const reply = await lab.raw.get(['state/oper-status'], PROTO, { prefix });
    expect(updates(reply)).toEqual([['/interfaces/interface[name=eth1]/state/oper-status', 'UP']]);
    expect(reply.notification[0]?.prefix).toEqual({ origin: '', elem: [], target: 'edge' });
  });

  it.each([
    [ALL, 4],
    [STATE, 4],
    [OPERATIONAL, 4],
    [CONFIG, 0],
  ])('of data type %i has %i leaves', async (type, count) => {
    lab = await openRouter();
    const reply = await lab.raw.get(['/interfaces/interface/state/oper-status'], PROTO, { type });
    expect(reply.notification).toHaveLength(1);
    expect(updates(reply)).toHaveLength(count);
  });

  it('tells none from not there', async () => {
    lab = await openRouter({ omits: ['mount-points'] });
    expect(updates(await lab.raw.get(['/system/alarms/alarm[id=*]/state']))).toEqual([]);
    await expect(lab.raw.get(['/system/mount-points/mount-point[name=*]'])).rejects.toMatchObject({
      code: NOT_FOUND,
    });
    await expect(lab.raw.get(['/interfaces/interface[name=eth9]'])).rejects.toMatchObject({
      code: NOT_FOUND,
    });
    await expect(lab.raw.get(['/system/state', '/nowhere'])).rejects.toMatchObject({ code: NOT_FOUND });
  });

  it.each<[string, string[], Partial<gnmiWire.GetRequest>]>([
    ['a key that no list has', ['/interfaces/interface[colour=red]'], {}],
    ['keys on what is no list', ['/system[name=a]/state'], {}],
    ['an element without a name', [], { path: [{ origin: '', target: '', elem: [{ name: '', key: {} }] }] }],
    ['a target in a path', [], { path: [{ ...parsePath('/system'), target: 'edge' }] }],
    ['an origin that it does not know', [], { path: [{ ...parsePath('/system'), origin: 'cli' }] }],
    [
      'an origin twice',
      [],
      {
        prefix: { ...parsePath('/system'), origin: 'openconfig' },
        path: [{ ...parsePath('state'), origin: 'openconfig' }],
      },
    ],
    ['a data type that does not exist', ['/system'], { type: 9 as gnmiWire.GetRequest_DataType }],
  ])('makes no sense of %s', async (_, paths, set) => {
    lab = await openRouter();
    await expect(lab.raw.get(paths, PROTO, set)).rejects.toMatchObject({ code: INVALID_ARGUMENT });
  });

  it('shows the state of this moment', async () => {
    lab = await openRouter();
    lab.router.device.traffic.holdInterface('eth1', Infinity);
    expect(await one('/interfaces/interface[name=eth1]/state/oper-status', PROTO)).toBe('DOWN');
    lab.router.device.clock.step(-86_400_000);
    const seen = Date.parse(String(await one('/system/state/current-datetime', PROTO)));
    expect(Math.abs(Date.now() + lab.snapshot().clockOffsetMs - seen)).toBeLessThan(1_000);
  });
});

describe('our own driver', () => {
  it.each([
    { gnmiEncodings: ['PROTO'] },
    { gnmiEncodings: ['JSON_IETF'] },
    { gnmiEncodings: ['JSON_IETF'], jsonSubtrees: false },
    { gnmiEncodings: ['JSON'] },
  ] as const)('reads the router in %j', async (settings) => {
    lab = await openRouter({
      ...settings,
      gnmiEncodings: [...settings.gnmiEncodings],
      alarms: [{ id: 'a1', severity: 'CRITICAL', text: 'hot', resource: 'psu' }],
    });
    expect(await lab.device.gnmi.systemState()).toMatchObject({
      kind: 'answer',
      bootTimeNs: BigInt(lab.snapshot().bootTimeNs),
    });
    expect(JSON.stringify(await lab.device.gnmi.alarms())).toContain('CRITICAL');
    expect(JSON.stringify(await lab.device.gnmi.bgpPeers())).toContain('192.0.2.2');
  });
});
