import fc from 'fast-check';
import {
  CHECKS,
  DEFAULT_UPGRADE_POLICY,
  diffSnapshots,
  judgeChanges,
  type Check,
  type DeviceChange,
  type DeviceSnapshot,
  type UpgradePolicy,
  type Waiver,
} from './index.js';

const policy = (over: Partial<UpgradePolicy> = {}) => ({ ...DEFAULT_UPGRADE_POLICY, ...over });
const judge = (changes: readonly DeviceChange[], over: Partial<UpgradePolicy> = {}) =>
  judgeChanges(changes, { targetVersion: '2.0.0', policy: policy(over) });
const alarm = { id: 'power-1', severity: 'CRITICAL', text: 'no power', resource: 'psu 1' };

/** One loss for each check, and the name that waives it. */
const LOSSES: readonly (readonly [Check, string, DeviceChange])[] = [
  ['standby', 'standby', { kind: 'standby', before: 'present on 1.0.0', after: 'UNAVAILABLE' }],
  ['interfaces', 'Ethernet1/1', { kind: 'interface-down', name: 'Ethernet1/1' }],
  ['bgp-peers', 'default 10.0.0.1', { kind: 'peer-lost', name: 'default 10.0.0.1' }],
  ['alarms', 'power-1', { kind: 'alarm-raised', alarm }],
];
const FACETS = ['interfaces', 'bgp-peers', 'alarms'] as const;
const HARMLESS: readonly DeviceChange[] = [
  { kind: 'version', before: '1.0.0', after: '2.0.0' },
  { kind: 'boot-time', before: '1', after: '2' },
  { kind: 'standby', before: 'present on 1.0.0', after: 'present on 2.0.0' },
  { kind: 'standby', before: 'UNAVAILABLE', after: 'NON_EXISTENT' },
  { kind: 'interface-up', name: 'Ethernet1/2' },
  { kind: 'peer-gained', name: 'default 10.0.0.2' },
  { kind: 'alarm-cleared', alarm },
  { kind: 'not-reported', facet: 'free-space' },
  { kind: 'free-space', beforeBytes: 9, afterBytes: 1 },
];

describe('a judgement', () => {
  it('finds no fault with what an upgrade brings along', () => {
    expect(judge(HARMLESS)).toEqual({ faults: [], waived: [], text: '' });
  });

  it('covers every check', () => expect(LOSSES.map(([check]) => check)).toEqual([...CHECKS]));

  it.each(LOSSES)('of %s finds the loss only where the check is required', (check, _name, change) => {
    expect(judge([change]).faults).toEqual([change]);
    expect(judge([change], { requiredChecks: [check] }).faults).toEqual([change]);
    const others = CHECKS.filter((one) => one !== check);
    expect(judge([change], { requiredChecks: others })).toEqual({ faults: [], waived: [], text: '' });
  });

  it.each(LOSSES)('of %s lets pass what a waiver names, and says so', (check, name, change) => {
    for (const waived of [name, `${name.slice(0, 3)}*`, '*']) {
      const { faults, waived: passed } = judge([change], { waivers: [{ check, name: waived }] });
      expect([waived, faults, passed]).toEqual([waived, [], [change]]);
    }
    const elsewhere: Waiver[] = [
      { check, name: `${name}x` },
      { check, name: name.slice(0, 3) },
      ...CHECKS.filter((one) => one !== check).map((one) => ({ check: one, name: '*' })),
    ];
    expect(judge([change], { waivers: elsewhere }).faults).toEqual([change]);
  });

  it.each(FACETS)('takes %s that are not reported any more for lost', (facet) => {
    const change: DeviceChange = { kind: 'not-reported', facet };
    expect(judge([change]).faults).toEqual([change]);
    expect(judge([change], { waivers: [{ check: facet, name: '*' }] }).waived).toEqual([change]);
    expect(judge([change], { waivers: [{ check: facet, name: 'E*' }] }).faults).toEqual([change]);
  });

  it('never lets another version than the one asked for pass', () => {
    const change: DeviceChange = { kind: 'version', before: '1.0.0', after: '3.0.0' };
    const lax = { requiredChecks: [], waivers: CHECKS.map((check) => ({ check, name: '*' })) };
    expect(judge([change], lax)).toEqual({
      faults: [change],
      waived: [],
      text: 'worse off than before the upgrade: the version is 3.0.0',
    });
  });

  it('finds a standby that stayed behind, without anything having moved', () => {
    const before: DeviceSnapshot = {
      takenAt: 0,
      version: '1.0.0',
      bootTimeNs: '1',
      standby: { kind: 'present', id: 'B', version: '1.0.0', activationFailMessage: '' },
    };
    const after = { ...before, version: '2.0.0', bootTimeNs: '2' };
    expect(judge(diffSnapshots(before, after)).text).toContain('the standby supervisor');
    const both = { ...after, standby: { ...before.standby, version: '2.0.0' } as const };
    expect(judge(diffSnapshots(before, both)).faults).toEqual([]);
  });

  it('says in one sentence what is worse, the first few by name', () => {
    const lost = Array.from({ length: 5 }, (_, i): DeviceChange => ({
      kind: 'peer-lost',
      name: `default 10.0.0.${i}`,
    }));
    expect(judge([...HARMLESS, ...lost]).text).toBe(
      'worse off than before the upgrade: BGP peer default 10.0.0.0 is lost; BGP peer default 10.0.0.1 is lost; BGP peer default 10.0.0.2 is lost; and 2 more',
    );
    expect(judge([{ kind: 'alarm-raised', alarm }]).text).toContain(
      'alarm power-1 (CRITICAL, psu 1): no power',
    );
  });

  it('puts each change in one place at the most, and has words exactly for faults', () => {
    const changes = fc.array(fc.constantFrom(...HARMLESS, ...LOSSES.map(([, , change]) => change)));
    const waivers = fc.array(fc.constantFrom(...LOSSES.map(([check, name]) => ({ check, name }))));
    const required = fc.subarray([...CHECKS]);
    fc.assert(
      fc.property(changes, waivers, required, (list, allowed, requiredChecks) => {
        const { faults, waived, text } = judge(list, { waivers: allowed, requiredChecks });
        for (const fault of faults) expect(waived).not.toContainEqual(fault);
        for (const one of HARMLESS) expect([...faults, ...waived]).not.toContainEqual(one);
        expect(text === '').toBe(faults.length === 0);
      }),
    );
  });
});
