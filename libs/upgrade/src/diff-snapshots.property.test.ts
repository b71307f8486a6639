import fc from 'fast-check';
import {
  diffSnapshots,
  STANDBY_STATES,
  standbyText,
  type Alarm,
  type DeviceChange,
  type DeviceSnapshot,
  type Standby,
} from './index.js';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const names = fc.uniqueArray(name);
const alarm: fc.Arbitrary<Alarm> = fc.record({
  id: fc.constantFrom('1', '2', '3'),
  severity: fc.constantFrom('MAJOR', 'CRITICAL'),
  text: fc.constantFrom('fan', 'power'),
  resource: fc.constantFrom('slot 1', 'slot 2'),
});
const standby: fc.Arbitrary<Standby> = fc.oneof(
  fc.constant({ kind: 'not-reported' } as const),
  fc.constantFrom(...STANDBY_STATES).map((state) => ({ kind: 'state', state }) as const),
  fc.record({
    kind: fc.constant('present' as const),
    id: fc.constantFrom('A', 'B'),
    version: fc.constantFrom('1.0.0', '2.0.0'),
    activationFailMessage: fc.constantFrom('', 'no disk'),
  }),
);
const snapshot: fc.Arbitrary<DeviceSnapshot> = fc.record(
  {
    takenAt: fc.nat(),
    version: fc.constantFrom('1.0.0', '2.0.0'),
    bootTimeNs: fc.constantFrom('1', '2'),
    standby,
    interfacesUp: names,
    peersEstablished: names,
    alarms: fc.array(alarm, { maxLength: 4 }),
    freeBytes: fc.nat(2),
  },
  { requiredKeys: ['takenAt', 'version', 'bootTimeNs', 'standby'] },
);

const plain: DeviceSnapshot = {
  takenAt: 0,
  version: '1.0.0',
  bootTimeNs: '1',
  standby: { kind: 'not-reported' },
};
const reversed = (given: DeviceSnapshot): DeviceSnapshot => ({
  ...given,
  ...(given.interfacesUp && { interfacesUp: [...given.interfacesUp].reverse() }),
  ...(given.peersEstablished && { peersEstablished: [...given.peersEstablished].reverse() }),
  ...(given.alarms && { alarms: [...given.alarms].reverse() }),
});
const FACETS = {
  interfaces: 'interfacesUp',
  'bgp-peers': 'peersEstablished',
  alarms: 'alarms',
  'free-space': 'freeBytes',
} as const;

describe('the difference of two snapshots', () => {
  it('is nothing for equal ones, whenever they were taken', () => {
    fc.assert(
      fc.property(snapshot, fc.nat(), (given, takenAt) => {
        expect(diffSnapshots(given, reversed({ ...given, takenAt }))).toEqual([]);
      }),
    );
  });

  it('does not depend on the order in which a router lists things', () => {
    fc.assert(
      fc.property(snapshot, snapshot, (before, after) => {
        expect(diffSnapshots(reversed(before), reversed(after))).toEqual(diffSnapshots(before, after));
      }),
    );
  });

  it('names each peer and interface that is gone or new, once, and no other', () => {
    fc.assert(
      fc.property(names, names, (was, is) => {
        const gone = was.filter((one) => !is.includes(one)).sort();
        const came = is.filter((one) => !was.includes(one)).sort();
        const of = (changes: readonly DeviceChange[], kind: string) =>
          changes.flatMap((change) => (change.kind === kind && 'name' in change ? [change.name] : []));
        const changes = diffSnapshots(
          { ...plain, interfacesUp: was, peersEstablished: was },
          { ...plain, interfacesUp: is, peersEstablished: is },
        );
        expect(changes).toHaveLength(2 * (gone.length + came.length));
        expect([of(changes, 'interface-down'), of(changes, 'peer-lost')]).toEqual([gone, gone]);
        expect([of(changes, 'interface-up'), of(changes, 'peer-gained')]).toEqual([came, came]);
      }),
    );
  });

  it('says of each facet that vanished just that, and nothing of one that was never told', () => {
    fc.assert(
      fc.property(snapshot, snapshot, (before, after) => {
        const changes = diffSnapshots(before, after);
        for (const [facet, key] of Object.entries(FACETS)) {
          const vanished = before[key] !== undefined && after[key] === undefined;
          const told = changes.some((change) => change.kind === 'not-reported' && change.facet === facet);
          expect([facet, told]).toEqual([facet, vanished]);
        }
        if (before.interfacesUp === undefined) {
          expect(changes.map(({ kind }) => kind)).not.toContain('interface-up');
        }
      }),
    );
  });

  it('swaps gains and losses when the snapshots are swapped', () => {
    const swapped: Partial<Record<DeviceChange['kind'], DeviceChange['kind']>> = {
      'interface-down': 'interface-up',
      'peer-lost': 'peer-gained',
      'alarm-raised': 'alarm-cleared',
    };
    fc.assert(
      fc.property(snapshot, snapshot, (before, after) => {
        const count = (changes: readonly DeviceChange[], kind: DeviceChange['kind']) =>
          changes.filter((change) => change.kind === kind).length;
        const [there, back] = [diffSnapshots(before, after), diffSnapshots(after, before)];
        const whole = (one: DeviceSnapshot) => one.interfacesUp && one.peersEstablished && one.alarms;
        fc.pre(whole(before) !== undefined && whole(after) !== undefined);
        for (const [loss, gain] of Object.entries(swapped)) {
          expect(count(there, loss as DeviceChange['kind'])).toBe(count(back, gain));
        }
      }),
    );
  });
});

describe('an alarm', () => {
  const fan: Alarm = { id: '1', severity: 'MAJOR', text: 'fan 3 at 5100 rpm', resource: 'fan 3' };
  const kinds = (was: readonly Alarm[], is: readonly Alarm[]) =>
    diffSnapshots({ ...plain, alarms: was }, { ...plain, alarms: is }).map(({ kind }) => kind);

  it.each<[string, Alarm, string[]]>([
    ['with a new id after the boot', { ...fan, id: '77' }, []],
    ['with another reading', { ...fan, text: 'fan 3 at 5200 rpm' }, []],
    ['that got worse', { ...fan, severity: 'CRITICAL' }, ['alarm-raised', 'alarm-cleared']],
    ['of another part under the old id', { ...fan, resource: 'psu 1' }, ['alarm-raised', 'alarm-cleared']],
  ])('%s', (_name, after, expected) => expect(kinds([fan], [after])).toEqual(expected));
});

describe('a standby supervisor', () => {
  const on = (version: string, id = 'B'): Standby => ({
    kind: 'present',
    id,
    version,
    activationFailMessage: '',
  });
  const standbyChanges = (before: DeviceSnapshot, after: DeviceSnapshot) =>
    diffSnapshots(before, after).filter(({ kind }) => kind === 'standby');

  it('that keeps its version while the active one gets another is told of', () => {
    const before = { ...plain, standby: on('1.0.0') };
    expect(standbyChanges(before, { ...before, version: '2.0.0' })).toEqual([
      { kind: 'standby', before: 'present on 1.0.0', after: 'present on 1.0.0' },
    ]);
  });

  it('that only swapped roles is the same', () => {
    const before = { ...plain, standby: on('1.0.0', 'A') };
    expect(standbyChanges(before, { ...plain, standby: on('1.0.0', 'B') })).toEqual([]);
  });

  it('has words of its own for each state', () => {
    const texts = STANDBY_STATES.map((state) => standbyText({ kind: 'state', state }));
    const all = [...texts, standbyText({ kind: 'not-reported' }), standbyText(on('1.0.0'))];
    expect(new Set(all).size).toBe(STANDBY_STATES.length + 2);
  });
});
