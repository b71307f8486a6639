import { editRegistry, emptyRegistry, type Registry, type RegistryEdit } from '@vecino/tenancy';
import { changeReport, changeText, isNoChange } from './change-report.js';
import { registryRefusal } from './registry-refusal.js';

function after(registry: Registry, edit: RegistryEdit): Registry {
  const edited = editRegistry(registry, edit);
  if (!edited.ok) throw registryRefusal(edited.faults, registry);
  return edited.registry;
}
const add = (id: string, network: string): RegistryEdit => ({
  kind: 'add',
  entry: { id, tier: 'basic', networks: [network] },
});
const one = after(emptyRegistry('test'), add('acme', '10.1.0.0/16'));

it('shows all that a change of the tier changes, before and after', () => {
  const changed = after(one, { kind: 'set', id: 'acme', keys: { tier: 'standard', 'limits.queue': 500 } });
  const report = changeReport(one, changed);
  expect(report.tenants).toEqual([
    {
      tenant: 'acme',
      change: 'changed',
      keys: {
        tier: { before: 'basic', after: 'standard' },
        route: { before: 'pooled', after: 'queue' },
        'limits.intake_per_60_s': { before: 60, after: 300 },
        'limits.weight': { before: 1, after: 2 },
      },
    },
  ]);
  expect(changeText(report)).toContain('    limits.intake_per_60_s: 60 → 300');
});

it('tells of tenants that come and go, and of orders', () => {
  const two = after(one, add('other', '10.2.0.0/16'));
  expect(changeReport(one, two).tenants).toMatchObject([{ tenant: 'other', change: 'added' }]);
  expect(changeReport(two, one).tenants).toEqual([{ tenant: 'other', change: 'removed', keys: {} }]);
  const leaving = after(one, { kind: 'leave', id: 'acme', how: 'drain' });
  expect(changeReport(one, leaving).tenants[0]?.keys).toEqual({ leaving: { before: null, after: 'drain' } });
  expect(isNoChange(changeReport(one, one))).toBe(true);
});

it('tells of stops for all tenants', () => {
  const stopped = after(one, { kind: 'pause-platform', order: { reason: 'fire', at: 1 } });
  expect(changeReport(one, stopped).platform).toEqual({ paused: { before: null, after: 'fire' } });
  expect(changeText(changeReport(one, stopped))).toBe('~ the platform\n    paused: - → fire');
});

describe('a refusal', () => {
  const refused = (edit: RegistryEdit) => {
    try {
      after(one, edit);
    } catch (error) {
      return (error as ReturnType<typeof registryRefusal>).faults[0];
    }
    throw new Error('it was taken');
  };

  it.each<[RegistryEdit, string, string]>([
    [add('other', '10.1.2.0/24'), 'NETWORK_OVERLAPS', 'of tenant acme'],
    [add('other', '127.1.0.0/16'), 'INVALID', 'In a laboratory say --lab'],
    [add('acme', '10.9.0.0/16'), 'TENANT_EXISTS', './vecino tenant set acme'],
    [{ kind: 'pause', id: 'acmee' }, 'UNKNOWN_TENANT', 'did you mean acme?'],
    [{ kind: 'set', id: 'acme', keys: { route: 'namespace' } }, 'NEEDS_MOVE', './vecino tenant move acme'],
  ])('says what, where and what to do next', (edit, code, text) => {
    const fault = refused(edit);
    expect(fault?.code).toBe(code);
    expect(`${fault?.text} ${fault?.next}`).toContain(text);
  });
});
