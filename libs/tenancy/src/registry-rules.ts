import { contains, overlaps, parseCidr, specialClassesIn, type Cidr } from '@vecino/foundation';
import { mayHoldRouters } from './reach.js';
import { type FaultAt } from './registry-fault.js';
import { type FileTenant } from './registry-schema.js';

/** Who has networks: a tenant, as far as the rules look at it. */
export interface NetworkHolder {
  readonly id: string;
  readonly networks: readonly Cidr[];
  readonly lab: boolean;
}

export interface NetworkFault {
  /** Index among the holders. */
  readonly holder: number;
  /** Index among the holder's networks. */
  readonly network: number;
  readonly reason: string;
}

/** The rules on networks: where two tenants' overlap, the later holder is at fault. */
export function networkFaults(
  holders: readonly NetworkHolder[],
  platformNetworks: readonly Cidr[],
): NetworkFault[] {
  const networks = holders.flatMap(({ id, networks: own, lab }, holder) =>
    own.map((cidr, index) => ({ cidr, holder, id, index, lab })),
  );
  return [
    ...specialNetworks(networks),
    ...networksOfThePlatform(networks, platformNetworks),
    ...overlappingTenants(networks),
  ];
}

/** What the grammar of a file cannot say: rules between entries, and rules that depend on `lab`. `entries` by their index in the file. */
export function crossChecks(file: unknown, entries: ReadonlyMap<number, FileTenant>): FaultAt[] {
  const labFile = fileSays(file, 'lab') === true;
  const platform = fileSays(file, 'platform_networks');
  const own = Array.isArray(platform)
    ? platform.flatMap((text: unknown) => (typeof text === 'string' ? (parseCidr(text) ?? []) : []))
    : [];
  const places = [...entries.keys()];
  const holders = [...entries.values()].map((entry) => ({ ...entry, lab: entry.lab ?? labFile }));
  return [
    ...duplicateIds(file),
    ...networkFaults(holders, own).map(({ holder, network, reason }) => ({
      at: ['tenants', places[holder] ?? 0, 'networks', network],
      reason,
    })),
  ];
}

interface PlacedNetwork {
  readonly cidr: Cidr;
  readonly holder: number;
  readonly id: string;
  readonly index: number;
  readonly lab: boolean;
}

const fileSays = (file: unknown, key: 'lab' | 'platform_networks' | 'tenants'): unknown =>
  (file as Record<string, unknown> | null)?.[key];

const faultAt = ({ holder, index }: PlacedNetwork, reason: string): NetworkFault => ({
  holder,
  network: index,
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

function specialNetworks(networks: readonly PlacedNetwork[]): NetworkFault[] {
  return networks.flatMap((network) => {
    const refused = specialClassesIn(network.cidr).filter((name) => !mayHoldRouters(name, network.lab));
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

function networksOfThePlatform(networks: readonly PlacedNetwork[], own: readonly Cidr[]): NetworkFault[] {
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
function overlappingTenants(networks: readonly PlacedNetwork[]): NetworkFault[] {
  const sorted = [...networks].sort((a, b) => compareNetworks(a.cidr, b.cidr));
  let open: PlacedNetwork[] = [];
  return sorted.flatMap((network) => {
    const { family, base: value } = network.cidr;
    open = open.filter(({ cidr }) => contains(cidr, { family, value }));
    const other = open.find(({ holder }) => holder !== network.holder);
    open.push(network);
    if (other === undefined) return [];
    const [earlier, later] = other.holder < network.holder ? [other, network] : [network, other];
    return [faultAt(later, `${later.cidr.text} overlaps ${earlier.cidr.text} of tenant ${earlier.id}`)];
  });
}

function compareNetworks(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.base !== b.base) return a.base < b.base ? -1 : 1;
  return a.prefix - b.prefix;
}
