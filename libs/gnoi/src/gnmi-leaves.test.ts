import fc from 'fast-check';
import type { TypedValue, Update } from './gen/gnmi/gnmi.js';
import { leafText, readLeaves } from './gnmi-leaves.js';
import { formatElems, parsePath } from './gnmi-path.js';

const json = (value: unknown): TypedValue => ({
  value: {
    $case: 'jsonIetfVal',
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  },
});
const text = (value: string): TypedValue => ({ value: { $case: 'stringVal', value } });

function leaves(updates: readonly [path: string, val: TypedValue][], prefix?: string) {
  const update: Update[] = updates.map(([path, val]) => ({ path: parsePath(path), val }));
  const notification = { timestamp: 0n, prefix: prefix ? parsePath(prefix) : undefined, update };
  const found = readLeaves({ notification: [{ ...notification, delete: [], atomic: false }] });
  return Object.fromEntries(found.map((leaf) => [formatElems(leaf.elems), leaf.text]));
}

describe('a scalar', () => {
  const ns = 1_789_488_241_642_536_930n;
  it.each([
    [{ $case: 'uintVal', value: ns }],
    [{ $case: 'intVal', value: ns }],
    [{ $case: 'jsonVal', value: Buffer.from(String(ns)) }],
    [{ $case: 'jsonIetfVal', value: Buffer.from(`"${ns}"`) }],
    [{ $case: 'asciiVal', value: String(ns) }],
    [{ $case: 'stringVal', value: String(ns) }],
  ] as const)('keeps every digit of nanoseconds from %j', (value) => {
    expect(leafText({ value })).toBe(String(ns));
  });

  it.each(['{"a":1}', '"broken', 'nonsense', 'null', ''])('is not what JSON %j holds', (value) => {
    expect(leafText({ value: { $case: 'jsonVal', value: Buffer.from(value) } })).toBeUndefined();
  });
});

describe('leaves', () => {
  it('come out of a JSON subtree with the keys of its lists and without the names of modules', () => {
    const tree = {
      'openconfig-interfaces:interface': [
        { name: 'eth0', state: { name: 'eth0', 'oper-status': 'UP', ifindex: 7 } },
        { name: 'eth1/0', state: { 'oper-status': 'DOWN', 'openconfig-if-ethernet:speed': 'x' } },
      ],
    };
    expect(leaves([['/interfaces', json(tree)]])).toEqual({
      '/interfaces/interface[name=eth0]/name': 'eth0',
      '/interfaces/interface[name=eth0]/state/name': 'eth0',
      '/interfaces/interface[name=eth0]/state/oper-status': 'UP',
      '/interfaces/interface[name=eth0]/state/ifindex': '7',
      '/interfaces/interface[name=eth1/0]/name': 'eth1/0',
      '/interfaces/interface[name=eth1/0]/state/oper-status': 'DOWN',
      '/interfaces/interface[name=eth1/0]/state/speed': 'x',
    });
  });

  it('of a whole tree at the root have all their keys', () => {
    const neighbor = { 'neighbor-address': '10.0.0.1', state: { 'session-state': 'ACTIVE' } };
    const protocol = {
      identifier: 'openconfig-policy-types:BGP',
      name: 'bgp',
      bgp: { neighbors: { neighbor: [neighbor] } },
    };
    const tree = {
      'openconfig-network-instance:network-instances': {
        'network-instance': [{ name: 'default', protocols: { protocol: [protocol] } }],
      },
    };
    expect(leaves([['/', json(tree)]])).toMatchObject({
      '/network-instances/network-instance[name=default]/protocols/protocol[identifier=openconfig-policy-types:BGP][name=bgp]/bgp/neighbors/neighbor[neighbor-address=10.0.0.1]/state/session-state':
        'ACTIVE',
    });
  });

  it.each([
    ['stands only in its state', '/interfaces/interface', [{ state: { name: 'eth0' } }]],
    ['is a wildcard in the path', '/interfaces/interface[name=*]', { name: 'eth0', state: { name: 'eth0' } }],
    ['is missing in the path', '/interfaces/interface', { name: 'eth0', state: { name: 'eth0' } }],
  ])('get a key from the entry where it %s', (_where, path, value) => {
    expect(leaves([[path, json(value)]])).toMatchObject({
      '/interfaces/interface[name=eth0]/state/name': 'eth0',
    });
  });

  it('keep the key of their path, whatever the entry calls itself', () => {
    const state = json({ name: 'Ethernet0', 'oper-status': 'UP' });
    expect(leaves([['/interfaces/interface[name=eth0]', json({ state: { name: 'Ethernet0' } })]])).toEqual({
      '/interfaces/interface[name=eth0]/state/name': 'Ethernet0',
    });
    expect(leaves([['/interfaces/interface[name=eth0]/state', state]])).toMatchObject({
      '/interfaces/interface[name=eth0]/state/oper-status': 'UP',
    });
  });

  it('of lists with unknown keys do not fall together', () => {
    expect(leaves([['/a', json({ b: [{ x: 1 }, { x: 2 }] })]])).toEqual({
      '/a/b[#=0]/x': '1',
      '/a/b[#=1]/x': '2',
    });
  });

  it('keep every digit of a number inside a subtree', () => {
    expect(leaves([['/system/state', json('{"boot-time": 1789488241642536930}')]])).toEqual({
      '/system/state/boot-time': '1789488241642536930',
    });
  });

  it('stand behind the prefix, without the names of modules in either', () => {
    expect(leaves([['oc-sys:state/boot-time', text('1')]], '/openconfig-system:system')).toEqual({
      '/system/state/boot-time': '1',
    });
  });

  it('that are lists themselves are one text', () => {
    const array: TypedValue = { value: { $case: 'leaflistVal', value: { element: [text('a'), text('b')] } } };
    expect(
      leaves([
        ['/x', array],
        ['/y', json(['a', 'b'])],
        ['/z', json([])],
      ]),
    ).toEqual({
      '/x': '["a","b"]',
      '/y': '["a","b"]',
    });
  });

  it('are the same whether a target sends them one by one or as one JSON subtree', () => {
    const name = fc.stringMatching(/^[\w/.:\]\\ -]{1,12}$/);
    const state = fc.record({
      'oper-status': fc.constantFrom('UP', 'DOWN'),
      counter: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, state), { selector: ([key]) => key }), (interfaces) => {
        const subtree = interfaces.map(([key, leaf]) => ({
          'm:name': key,
          'm:state': { 'oper-status': leaf['oper-status'], counter: String(leaf.counter) },
        }));
        const oneByOne: Update[] = interfaces.flatMap(([key, leaf]) => {
          const at = (...names: string[]) => ({
            ...parsePath(''),
            elem: [
              { name: 'interfaces', key: {} },
              { name: 'interface', key: { name: key } },
              ...names.map((elem) => ({ name: elem, key: {} })),
            ],
          });
          return [
            { path: at('name'), val: text(key) },
            { path: at('state', 'oper-status'), val: text(leaf['oper-status']) },
            { path: at('state', 'counter'), val: { value: { $case: 'uintVal', value: leaf.counter } } },
          ];
        });
        const rest = { timestamp: 0n, prefix: undefined, delete: [], atomic: false };
        const whole: Update[] = [{ path: parsePath('/interfaces'), val: json({ 'm:interface': subtree }) }];
        const read = (update: Update[]) =>
          new Set(readLeaves({ notification: [{ ...rest, update }] }).map((leaf) => JSON.stringify(leaf)));
        expect(read(whole)).toEqual(read(oneByOne));
      }),
    );
  });
});
