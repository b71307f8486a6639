import { formatRegistryFaults, type Registry, type RegistryFault } from '@vecino/tenancy';
import { Refusal, type RefusedFault } from '../refusal.js';
import { type RefusalCode } from '../refusal-codes.js';
import { nearMisses } from './near-misses.js';

/** The registry's faults with what to do about each. */
export const registryRefusal = (faults: readonly RegistryFault[], registry: Registry): Refusal =>
  new Refusal(faults.map((fault) => refusedFault(fault, registry)));

function refusedFault(fault: RegistryFault, registry: Registry): RefusedFault {
  const { tenant, key, reason } = fault;
  if (key === '' && reason.endsWith('is not in the registry')) return unknownTenantFault(tenant, registry);
  return { code: codeOf(fault), text: formatRegistryFaults([fault]), next: adviceOn(fault) };
}

export const unknownTenant = (id: string, registry: Registry): Refusal =>
  new Refusal([unknownTenantFault(id, registry)]);

function unknownTenantFault(id: string, { tenants }: Registry): RefusedFault {
  const near = nearMisses(
    id,
    tenants.map((tenant) => tenant.id),
  );
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : 'see ./vecino tenant list, or add it with ./vecino tenant add';
  return { code: 'UNKNOWN_TENANT', text: `there is no tenant ${id}`, next: hint };
}

type RuleCode = Extract<
  RefusalCode,
  'TENANT_EXISTS' | 'NETWORK_OVERLAPS' | 'NEEDS_MOVE' | 'MOVING' | 'INVALID'
>;

function codeOf({ key, reason }: RegistryFault): RuleCode {
  if (key === 'id' && reason.includes('already')) return 'TENANT_EXISTS';
  if (key.startsWith('networks') && reason.includes('overlaps')) return 'NETWORK_OVERLAPS';
  if (reason.includes('move the tenant')) return 'NEEDS_MOVE';
  if (key.startsWith('moving') || reason.includes('is on its way')) return 'MOVING';
  return 'INVALID';
}

function adviceOn({ tenant, key, reason }: RegistryFault): string {
  switch (codeOf({ tenant, key, reason })) {
    case 'TENANT_EXISTS':
      return `Change it with ./vecino tenant set ${tenant}, or choose another id`;
    case 'NETWORK_OVERLAPS': {
      const [, other] = /of tenant (\S+)$/.exec(reason) ?? [];
      return other === undefined
        ? 'Choose another network'
        : `Choose another network, or take it from ${other} first: ./vecino tenant set ${other} --network …`;
    }
    case 'NEEDS_MOVE':
      return `./vecino tenant move ${tenant} --to ROUTE does so`;
    case 'MOVING':
      return `./vecino tenant show ${tenant} says how far it is`;
    case 'INVALID':
      return reason.includes('without lab: true') ? 'In a laboratory say --lab' : '';
  }
}
