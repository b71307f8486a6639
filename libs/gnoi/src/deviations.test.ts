import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { deviationsOf, SPECIFICATION } from './deviations.js';

describe('deviations', () => {
  it.each([undefined, '', 'Acme Routers', 'ciscoish', 'constructor', '__proto__'])(
    'of %j are none: the specification holds',
    (manufacturer) => expect(deviationsOf(manufacturer)).toEqual(SPECIFICATION),
  );

  it.each(['Cisco', 'Cisco Systems, Inc.', ' CISCO SYSTEMS'])('of %j: Activate reboots', (manufacturer) => {
    expect(deviationsOf(manufacturer)).toEqual({
      activateReboots: true,
      wholeChassisInstall: true,
      inProgressBeforeReboot: true,
    });
  });

  it('of Juniper Networks: one Install serves the whole chassis', () => {
    expect(deviationsOf('Juniper Networks')).toEqual({ ...SPECIFICATION, wholeChassisInstall: true });
  });

  it('are complete for any name', () => {
    fc.assert(
      fc.property(fc.string(), (manufacturer) => {
        expect(Object.keys(deviationsOf(manufacturer))).toEqual(Object.keys(SPECIFICATION));
      }),
    );
  });

  it('are the only place of this library that names a manufacturer', () => {
    const naming = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('deviations'))
      .filter((file) => /cisco|juniper|arista|nokia/i.test(readFileSync(join(__dirname, file), 'utf8')));
    expect(naming).toEqual([]);
  });
});
