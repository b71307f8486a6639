import fc from 'fast-check';
import { bootDevice, startTraffic } from './boot.js';
import { Device } from './device.js';
import { FaultPlan } from './fault-plan.js';
import { faultSchema, type FaultSettings } from './fault.js';
import { routerConfigSchema, type RouterSettings } from './router-config.js';

interface Laboratory {
  readonly device: Device;
  readonly faults: FaultPlan;
  pass(ms: number): void;
  /** Boots, and lets the traffic start. */
  boot(): void;
}

function laboratory(
  settings: Partial<RouterSettings> = {},
  faults: readonly FaultSettings[] = [],
): Laboratory {
  let now = 1_800_000_000_000;
  const config = routerConfigSchema.parse({
    routerId: 'edge-1',
    address: '127.0.0.1',
    runningVersion: '1.0.0',
    ...settings,
  });
  const device = new Device(config, 'seed', () => now);
  const plan = new FaultPlan(
    faults.map((fault) => faultSchema.parse(fault)),
    () => 0,
  );
  return {
    device,
    faults: plan,
    pass: (ms) => void (now += ms),
    boot: () => {
      bootDevice(device, plan);
      startTraffic(device, plan);
    },
  };
}

const upInterfaces = ({ device }: Laboratory) =>
  device.traffic.interfaces().filter(({ operStatus }) => operStatus === 'UP').length;
const establishedPeers = ({ device }: Laboratory) =>
  device.traffic.bgpPeers().filter(({ sessionState }) => sessionState === 'ESTABLISHED').length;
const dual: RouterSettings['supervisors'] = { kind: 'dual', install: 'individual' };

describe('boot time', () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 10_000_000 }) }),
    fc.record({ do: fc.constant('step' as const), ms: fc.integer({ min: -10_000_000, max: 10_000_000 }) }),
    fc.record({ do: fc.constant('boot' as const), ms: fc.constant(0) }),
    fc.record({ do: fc.constant('install' as const), ms: fc.constant(0) }),
    fc.record({ do: fc.constant('activate' as const), ms: fc.constant(0) }),
  );

  it('moves with boots and with nothing else, or with the clock too where it follows it', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(action, { maxLength: 20 }), (follows, actions) => {
        const lab = laboratory({ bootTimeFollowsClock: follows });
        const { device } = lab;
        for (const one of actions) {
          const before = device.bootTimeNs;
          if (one.do === 'pass') lab.pass(one.ms);
          if (one.do === 'step') device.clock.step(one.ms);
          if (one.do === 'boot') lab.boot();
          if (one.do === 'install') device.install('2.0.0', [device.active], 1);
          if (one.do === 'activate') device.active.nextBootVersion = '1.0.0';
          const expected =
            one.do === 'boot'
              ? device.nowNs()
              : one.do === 'step' && follows
                ? before + BigInt(one.ms) * 1_000_000n
                : before;
          expect(device.bootTimeNs).toBe(expected);
        }
      }),
    );
  });
});

describe('whatever happens to a router', () => {
  const bootFaults: fc.Arbitrary<FaultSettings> = fc.constantFrom<FaultSettings>(
    { kind: 'boots-old-image' },
    { kind: 'boots-old-image', on: 'standby' },
    { kind: 'boots-other-image', version: '9.0.0' },
    { kind: 'old-image-purged' },
    { kind: 'standby-late' },
    { kind: 'in-progress', forMs: 5 },
    { kind: 'clock-step', ms: -5_000 },
    { kind: 'bgp-peer-down' },
    { kind: 'interface-down' },
    { kind: 'alarm-raised' },
  );

  it('each supervisor has what it runs and what it will boot, and a boot leaves nothing activated', () => {
    fc.assert(
      fc.property(
        fc.array(bootFaults, { maxLength: 6 }),
        fc.array(fc.constantFrom('1.0.0', '2.0.0', '3.0.0'), { maxLength: 6 }),
        fc.boolean(),
        (faults, versions, two) => {
          const lab = laboratory(two ? { supervisors: dual } : {}, faults);
          const { device } = lab;
          const all = [device.active, ...(device.standby ? [device.standby] : [])];
          for (const version of versions) {
            device.install(version, all, 10);
            all.forEach((supervisor) => (supervisor.nextBootVersion = version));
            lab.boot();
            for (const supervisor of all) {
              expect(supervisor.installed).toContain(supervisor.runningVersion);
              expect(supervisor.armed).toBe(false);
            }
            expect(device.pendingReboot).toBeUndefined();
            expect(device.disk.freeBytes).toBeLessThanOrEqual(device.disk.sizeBytes);
          }
        },
      ),
    );
  });
});

describe('a boot', () => {
  it('brings up what was activated, and clears the message of the boot before', () => {
    const lab = laboratory({ installedVersions: ['2.0.0'] });
    lab.device.activationFailMessage = 'last time it failed';
    lab.device.active.nextBootVersion = '2.0.0';
    lab.boot();
    expect(lab.device.runningVersion).toBe('2.0.0');
    expect(lab.device.activationFailMessage).toBe('');
  });

  it('brings interfaces back, and BGP peers after them', () => {
    const lab = laboratory({ interfacesUpMs: 100, bgpPeersUpMs: 300 });
    expect([upInterfaces(lab), establishedPeers(lab)]).toEqual([4, 2]);
    lab.boot();
    expect([upInterfaces(lab), establishedPeers(lab)]).toEqual([0, 0]);
    lab.pass(100);
    expect([upInterfaces(lab), establishedPeers(lab)]).toEqual([4, 0]);
    lab.pass(200);
    expect([upInterfaces(lab), establishedPeers(lab)]).toEqual([4, 2]);
  });

  it('leaves down what was down before', () => {
    const lab = laboratory({
      interfaces: [{ name: 'eth0', adminStatus: 'DOWN', operStatus: 'DOWN' }, { name: 'eth1' }],
      bgpPeers: [{ address: '192.0.2.1', sessionState: 'IDLE' }],
    });
    lab.boot();
    lab.pass(60_000);
    expect([upInterfaces(lab), establishedPeers(lab)]).toEqual([1, 0]);
  });

  it('keeps alarms that last', () => {
    const lab = laboratory({ alarms: [{ id: 'fan', severity: 'MINOR' }] });
    lab.boot();
    expect(lab.device.alarms.list()).toMatchObject([{ id: 'fan' }]);
  });
});

describe('a fault of a boot', () => {
  const armed = (faults: readonly FaultSettings[], settings: Partial<RouterSettings> = {}) => {
    const lab = laboratory({ installedVersions: ['2.0.0'], ...settings }, faults);
    lab.device.active.nextBootVersion = '2.0.0';
    if (lab.device.standby) {
      lab.device.standby.installed.add('2.0.0');
      lab.device.standby.nextBootVersion = '2.0.0';
    }
    return lab;
  };

  it.each(['kernel panic', ''])('boots the old image and says %j', (message) => {
    const lab = armed([{ kind: 'boots-old-image', message }]);
    lab.boot();
    expect(lab.device.runningVersion).toBe('1.0.0');
    expect(lab.device.activationFailMessage).toBe(message);
    expect(lab.faults.struck()).toEqual({ 'boots-old-image': 1 });
  });

  it('does not fall back where nothing was activated', () => {
    const lab = laboratory({}, [{ kind: 'boots-old-image' }]);
    lab.boot();
    expect(lab.faults.struck()).toEqual({});
    expect(lab.faults.list()).toHaveLength(1);
  });

  it('falls back on one supervisor alone', () => {
    const lab = armed([{ kind: 'boots-old-image', on: 'standby', message: 'bad disk' }], {
      supervisors: dual,
    });
    lab.boot();
    expect(lab.device.active).toMatchObject({ runningVersion: '2.0.0', activationFailMessage: '' });
    expect(lab.device.standby).toMatchObject({ runningVersion: '1.0.0', activationFailMessage: 'bad disk' });
  });

  it('boots a third version', () => {
    const lab = armed([{ kind: 'boots-other-image', version: '9.0.0' }]);
    lab.boot();
    expect(lab.device.runningVersion).toBe('9.0.0');
    expect(lab.device.nextBootVersion).toBe('9.0.0');
  });

  it('says "in-progress" for a time', () => {
    const lab = armed([{ kind: 'in-progress', forMs: 100 }]);
    lab.boot();
    expect(lab.device.activationFailMessage).toBe('in-progress');
    lab.pass(100);
    expect(lab.device.activationFailMessage).toBe('');
  });

  it.each([
    [100, 'present'],
    [undefined, 'UNAVAILABLE'],
  ] as const)('keeps the standby away for %s ms', (forMs, later) => {
    const lab = armed([{ kind: 'standby-late', ...(forMs !== undefined && { forMs }) }], {
      supervisors: dual,
    });
    lab.boot();
    expect(lab.device.standby?.condition(lab.device.nowMs())).toBe('UNAVAILABLE');
    lab.pass(100);
    expect(lab.device.standby?.condition(lab.device.nowMs())).toBe(later);
  });

  it.each([
    [100, 2],
    [undefined, 1],
  ] as const)('holds a BGP peer down for %s ms', (forMs, later) => {
    const lab = armed([
      { kind: 'bgp-peer-down', address: '192.0.2.2', ...(forMs !== undefined && { forMs }) },
    ]);
    lab.boot();
    lab.pass(60);
    expect(lab.device.traffic.bgpPeers()).toMatchObject([
      { address: '192.0.2.1', sessionState: 'ESTABLISHED' },
      { address: '192.0.2.2', sessionState: 'ACTIVE' },
    ]);
    lab.pass(60);
    expect(establishedPeers(lab)).toBe(later);
    // The next boot brings it back.
    lab.boot();
    lab.pass(60);
    expect(establishedPeers(lab)).toBe(2);
  });

  it.each([
    [100, 4],
    [undefined, 3],
  ] as const)('holds an interface down for %s ms', (forMs, later) => {
    const lab = armed([{ kind: 'interface-down', name: 'eth2', ...(forMs !== undefined && { forMs }) }]);
    lab.boot();
    lab.pass(60);
    expect(lab.device.traffic.interfaces()[2]).toMatchObject({ name: 'eth2', operStatus: 'DOWN' });
    lab.pass(60);
    expect(upInterfaces(lab)).toBe(later);
  });

  it('holds nothing that is not there', () => {
    const lab = armed([
      { kind: 'interface-down', name: 'eth9' },
      { kind: 'bgp-peer-down', address: '203.0.113.9' },
    ]);
    lab.boot();
    expect(lab.faults.struck()).toEqual({});
  });

  it('raises an alarm that the next boot clears', () => {
    const lab = armed([
      { kind: 'alarm-raised', id: 'psu', severity: 'CRITICAL', text: 'low', resource: 'psu-1' },
    ]);
    lab.boot();
    expect(lab.device.alarms.list()).toEqual([
      { id: 'psu', severity: 'CRITICAL', text: 'low', resource: 'psu-1' },
    ]);
    lab.boot();
    expect(lab.device.alarms.list()).toEqual([]);
  });

  it('purges the old image', () => {
    const lab = armed([{ kind: 'old-image-purged' }], { supervisors: dual });
    lab.boot();
    expect([...lab.device.installed]).toEqual(['2.0.0']);
    expect([...(lab.device.standby?.installed ?? [])]).toEqual(['2.0.0']);
  });

  it('sets the clock', () => {
    const lab = armed([{ kind: 'clock-step', ms: -3_600_000 }]);
    const before = lab.device.nowNs();
    lab.boot();
    expect(lab.device.nowNs()).toBe(before - 3_600_000_000_000n);
    // The boot happened before the step.
    expect(lab.device.bootTimeNs).toBe(before);
  });
});
