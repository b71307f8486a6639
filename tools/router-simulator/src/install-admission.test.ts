import fc from 'fast-check';
import { Device } from './device.js';
import { admitInstall } from './install-admission.js';
import { routerConfigSchema, type RouterSettings } from './router-config.js';

const deviceOf = (settings: Partial<RouterSettings> = {}) =>
  new Device(
    routerConfigSchema.parse({
      routerId: 'edge-1',
      address: '127.0.0.1',
      runningVersion: '1.0.0',
      ...settings,
    }),
    'seed',
  );

const ask = (device: Device, version: string, standbySupervisor = false, packageSize = 100n) =>
  admitInstall(device, { version, standbySupervisor, packageSize });

const dual = (
  install: 'individual' | 'whole-chassis',
  standby: { condition?: 'present' | 'NON_EXISTENT' | 'UNAVAILABLE'; installedVersions?: string[] } = {},
): Partial<RouterSettings> => ({ supervisors: { kind: 'dual', install, standby } });

describe('a router with one supervisor', () => {
  it('transfers what it does not have, and only that', () => {
    const device = deviceOf({ installedVersions: ['1.1.0'] });
    expect(ask(device, '2.0.0')).toEqual({ kind: 'transfer', onto: [device.active] });
    expect(ask(device, '1.1.0')).toEqual({ kind: 'present', version: '1.1.0' });
    expect(ask(device, '1.0.0')).toEqual({ kind: 'present', version: '1.0.0' });
  });

  it('has nothing to install on a standby', () => {
    expect(ask(deviceOf(), '2.0.0', true)).toMatchObject({ type: 'NOT_SUPPORTED_ON_BACKUP' });
  });

  it('transfers without a version in any case', () => {
    expect(ask(deviceOf(), '')).toMatchObject({ kind: 'transfer' });
  });

  it('refuses a second Install, even of what it has', () => {
    const device = deviceOf();
    device.installer = {};
    expect(ask(device, '2.0.0')).toMatchObject({ type: 'INSTALL_IN_PROGRESS' });
    expect(ask(device, '1.0.0')).toMatchObject({ type: 'INSTALL_IN_PROGRESS' });
  });

  it('never starts a second Install before the first has ended', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (beginsOrEnds) => {
        const device = deviceOf();
        let open = 0;
        for (const begins of beginsOrEnds) {
          if (begins && ask(device, '2.0.0').kind === 'transfer') {
            device.installer = {};
            open += 1;
          } else if (!begins && open > 0) {
            device.installer = undefined;
            open -= 1;
          }
          expect(open).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('room for a package', () => {
  it('is made from packages that nothing needs, oldest first, and never from others', () => {
    const device = deviceOf({ freeBytes: 300 });
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) device.install(version, [device.active], 100);
    device.active.nextBootVersion = '1.2.0';
    expect(ask(device, '2.0.0', false, 150n)).toMatchObject({ kind: 'transfer' });
    expect([...device.installed]).toEqual(['1.0.0', '1.2.0']);
    expect(ask(device, '3.0.0', false, 250n)).toMatchObject({ kind: 'refused', type: 'TOO_LARGE' });
    expect([...device.installed]).toEqual(['1.0.0', '1.2.0']);
  });

  it('is taken by what is installed and freed by what is purged', () => {
    const device = deviceOf({ freeBytes: 300 });
    device.install('1.1.0', [device.active], 100);
    expect(device.disk.freeBytes).toBe(200);
    expect(device.purgeImages()).toBe(true);
    expect(device.disk.freeBytes).toBe(300);
    expect(device.purgeImages()).toBe(false);
  });
});

describe('a router with an Install for each supervisor', () => {
  it('copies from the other supervisor before it accepts content, in either direction', () => {
    const device = deviceOf(dual('individual', { installedVersions: ['3.0.0'] }));
    device.installed.add('2.0.0');
    expect(ask(device, '2.0.0', true)).toEqual({ kind: 'copy', version: '2.0.0', onto: device.standby });
    expect(ask(device, '3.0.0', false)).toEqual({ kind: 'copy', version: '3.0.0', onto: device.active });
    expect(ask(device, '1.0.0', true)).toEqual({ kind: 'present', version: '1.0.0' });
  });

  it('accepts content for either where neither has it', () => {
    const device = deviceOf(dual('individual'));
    expect(ask(device, '2.0.0', true)).toEqual({ kind: 'transfer', onto: [device.standby] });
    expect(ask(device, '2.0.0', false)).toEqual({ kind: 'transfer', onto: [device.active] });
  });

  it.each(['NON_EXISTENT', 'UNAVAILABLE'] as const)(
    'installs nothing on a standby that is %s',
    (condition) => {
      const device = deviceOf(dual('individual', { condition }));
      expect(ask(device, '2.0.0', true)).toMatchObject({ kind: 'refused', type: 'UNSPECIFIED' });
      expect(ask(device, '2.0.0', false)).toMatchObject({ kind: 'transfer' });
    },
  );
});

describe('a router with one Install for both supervisors', () => {
  it('has no Install for the standby alone', () => {
    expect(ask(deviceOf(dual('whole-chassis')), '2.0.0', true)).toMatchObject({
      type: 'NOT_SUPPORTED_ON_BACKUP',
    });
  });

  it('transfers to both, also where one of them has the package, and never copies', () => {
    const device = deviceOf(dual('whole-chassis'));
    device.installed.add('2.0.0');
    expect(ask(device, '2.0.0')).toEqual({ kind: 'transfer', onto: [device.active, device.standby] });
    device.standby?.installed.add('2.0.0');
    expect(ask(device, '2.0.0')).toMatchObject({ kind: 'present' });
  });

  it('installs nothing where it cannot install on both', () => {
    expect(ask(deviceOf(dual('whole-chassis', { condition: 'UNAVAILABLE' })), '2.0.0')).toMatchObject({
      kind: 'refused',
      type: 'UNSPECIFIED',
    });
    expect(ask(deviceOf(dual('whole-chassis', { condition: 'NON_EXISTENT' })), '2.0.0')).toMatchObject({
      kind: 'transfer',
    });
  });
});
