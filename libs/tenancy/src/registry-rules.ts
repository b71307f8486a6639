import { contains, overlaps, parseCidr, specialClassesIn, type Cidr } from '@vecino/foundation';
import { mayHoldRouters } from './reach.js';
import { type FaultAt } from './registry-fault.js';
import { type TenantEntry } from './registry-schema.js';

/** What the grammar cannot say: rules between entries, and rules that depend on `lab`. `entries` by their index in the file. */
export function crossChecks(file: unknown, entries: ReadonlyMap<number, TenantEntry>): FaultAt[] {
  const networks = networksOf(entries);
  return [
    ...duplicateIds(file),
    ...specialNetworks(networks, entries, fileSays(file, 'lab') === true),
    ...platformNetworks(networks, fileSays(file, 'platform_networks')),
    ...overlappingTenants(networks),
  ];
}

interface PlacedNetwork {
  readonly cidr: Cidr;
  readonly tenant: number;
  readonly id: string;
  readonly index: number;
}

const networksOf = (entries: ReadonlyMap<number, TenantEntry>): PlacedNetwork[] =>
  [...entries].flatMap(([tenant, { id, networks }]) =>
    networks.map((cidr, index) => ({ cidr, tenant, id, index })),
  );

const fileSays = (file: unknown, key: 'lab' | 'platform_networks' | 'tenants'): unknown =>
  (file as Record<string, unknown> | null)?.[key];

const faultAt = ({ tenant, index }: PlacedNetwork, reason: string): FaultAt => ({
  at: ['tenants', tenant, 'networks', index],
  reason,
});

/** Looks at every entry that has an id, also at those with other faults. */
function duplicateIds(file: unknown): FaultAt[] {
  const tenants = fileSays(file, 'tenants');
  if (!Array.isArray(tenants)) return [];
  const first = new Map<string, number>();
  return tenants.flatMap((entry: unknown, index): FaultAt[] => {
    const id = (entry as { id?: unknown } | null)?.id;
    if (typeof id !== 'string') return [];
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, index);
      return [];
    }
    return [{ at: ['tenants', index, 'id'], reason: `"${id}" is also the id of tenants[${earlier}]` }];
  });
}

function specialNetworks(
  networks: readonly PlacedNetwork[],
  entries: ReadonlyMap<number, TenantEntry>,
  labFile: boolean,
): FaultAt[] {
  return networks.flatMap((network) => {
    const lab = entries.get(network.tenant)?.lab ?? labFile;
    const refused = specialClassesIn(network.cidr).filter((name) => !mayHoldRouters(name, lab));
    if (refused.length === 0) return [];
    const remedy = refused.every((name) => mayHoldRouters(name, true)) ? ' without lab: true' : '';
    return [
      faultAt(
        network,
        `${network.cidr.text} holds ${refused.join(', ')} addresses, which no tenant may have${remedy}`,
      ),
    ];
  });
}

function platformNetworks(networks: readonly PlacedNetwork[], platform: unknown): FaultAt[] {
  if (!Array.isArray(platform)) return [];
  const own = platform.flatMap((text: unknown) => (typeof text === 'string' ? (parseCidr(text) ?? []) : []));
  return networks.flatMap((network) => {
    const hit = own.find((cidr) => overlaps(cidr, network.cidr));
    return hit === undefined
      ? []
      : [faultAt(network, `${network.cidr.text} overlaps ${hit.text}, which is the platform's own`)];
  });
}

/**
 * Sorted by their first address, wider ones first, a network lies in those that are open around it: one pass finds every
 * overlap, also among tens of thousands of tenants.
 */
function overlappingTenants(networks: readonly PlacedNetwork[]): FaultAt[] {
  const sorted = [...networks].sort((a, b) => compareNetworks(a.cidr, b.cidr));
  let open: PlacedNetwork[] = [];
  return sorted.flatMap((network) => {
    const { family, base: value } = network.cidr;
    open = open.filter(({ cidr }) => contains(cidr, { family, value }));
    const other = open.find(({ tenant }) => tenant !== network.tenant);
    open.push(network);
    if (other === undefined) return [];
    const [earlier, later] = other.tenant < network.tenant ? [other, network] : [network, other];
    return [faultAt(later, `${later.cidr.text} overlaps ${earlier.cidr.text} of tenant ${earlier.id}`)];
  });
}

function compareNetworks(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.base !== b.base) return a.base < b.base ? -1 : 1;
  return a.prefix - b.prefix;
}
