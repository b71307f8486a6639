import { editRegistry, emptyRegistry, type TenantEntry, tenantOf } from '@vecino/tenancy';
import { valuesOf, valueText } from './tenant-values.js';

function shown(entry: TenantEntry): Record<string, string> {
  const edited = editRegistry(emptyRegistry('test'), { kind: 'add', entry });
  if (!edited.ok) throw new Error(JSON.stringify(edited.faults));
  const tenant = tenantOf(edited.registry, entry.id);
  if (tenant === undefined) throw new Error('not there');
  return Object.fromEntries(
    valuesOf(tenant, edited.registry.entries.get(entry.id) ?? entry).map(({ key, value, from }) => [
      key,
      `${valueText(value)} ${from}`,
    ]),
  );
}

test('each value says whether the tenant, its tier or the platform decides it', () => {
  expect(
    shown({ id: 'tt', tier: 'premium', networks: ['10.1.0.0/16', '10.2.0.0/16'], limits: { queue: 7 } }),
  ).toMatchObject({
    tier: 'premium own',
    route: 'dedicated tier',
    networks: '10.1.0.0/16, 10.2.0.0/16 own',
    'limits.queue': '7 own',
    'limits.weight': '4 tier',
    'device.port': '- platform',
    'upgrade.waivers': 'none platform',
    'images.allow': '* platform',
  });
});
