import type { Alarm } from '@vecino/upgrade';
import type { PathElem } from './gen/gnmi/gnmi.js';
import { withoutModule, type Leaf } from './gnmi-leaves.js';
import { rfc3339ToNs } from './rfc3339.js';

export interface BgpPeer {
  /** The network instance's name. */
  readonly instance: string;
  readonly address: string;
  /** Such as `ESTABLISHED`. */
  readonly state: string;
}

export interface Chassis {
  readonly manufacturer?: string;
  readonly model?: string;
}

export interface SystemState {
  readonly bootTimeNs: bigint;
  readonly deviceTimeNs?: bigint;
  readonly softwareVersion?: string;
}

/** One thing to know of a router: where gNMI has it, and how it is read from the leaves there. */
export interface FacetQuery<T extends object> {
  readonly paths: readonly string[];
  /**
   * Model whose presence in Capabilities turns NOT_FOUND into "there are none": a target may answer so for a list without
   * entries as well as for one it does not implement.
   */
  readonly modelOfEmptyList?: string;
  /** Undefined when what came holds nothing of it. `models`: name → version, as the target's Capabilities have them. */
  read(leaves: readonly Leaf[], models: ReadonlyMap<string, string>): T | undefined;
}

/** Name → oper-status, such as `UP`. A reply without any interface does not report them: a router has some. */
export const INTERFACES: FacetQuery<{ readonly interfaces: ReadonlyMap<string, string> }> = {
  paths: ['/interfaces/interface[name=*]/state/oper-status'],
  read(leaves) {
    const found = under(leaves, 'interfaces/interface/state/oper-status');
    if (found.length === 0) return undefined;
    return { interfaces: new Map(found.map(({ keys, text }) => [keys['name'] ?? '', withoutModule(text)])) };
  },
};

export const BGP_PEERS: FacetQuery<{ readonly peers: readonly BgpPeer[] }> = {
  paths: [
    '/network-instances/network-instance[name=*]/protocols/protocol[identifier=BGP][name=*]/bgp/neighbors/neighbor[neighbor-address=*]/state/session-state',
  ],
  modelOfEmptyList: 'openconfig-bgp',
  read(leaves) {
    const path =
      'network-instances/network-instance/protocols/protocol/bgp/neighbors/neighbor/state/session-state';
    return {
      peers: under(leaves, path).map(({ keys, text }) => ({
        instance: keys['network-instance.name'] ?? '',
        address: keys['neighbor-address'] ?? '',
        state: withoutModule(text),
      })),
    };
  },
};

export const ALARMS: FacetQuery<{ readonly alarms: readonly Alarm[] }> = {
  paths: ['/system/alarms/alarm[id=*]/state'],
  modelOfEmptyList: 'openconfig-alarms',
  read(leaves) {
    const entries = byKey(leaves, 'system/alarms/alarm/state', 'id');
    return {
      alarms: [...entries].map(([id, state]) => ({
        id,
        severity: withoutModule(state['severity'] ?? ''),
        text: state['text'] ?? '',
        resource: state['resource'] ?? '',
      })),
    };
  },
};

export const CHASSIS: FacetQuery<{ readonly chassis: Chassis }> = {
  // The container: one leaf that the target does not know would fail the whole Get.
  paths: ['/components/component[name=*]/state'],
  read(leaves) {
    const components = [...byKey(leaves, 'components/component/state', 'name').values()];
    const state = components.find(({ type = '' }) => withoutModule(type) === 'CHASSIS');
    if (state === undefined) return undefined;
    const manufacturer = state['mfg-name'];
    const model = state['model-name'] ?? state['part-no'] ?? state['description'];
    return {
      chassis: { ...(manufacturer && { manufacturer }), ...(model && { model }) },
    };
  },
};

/** openconfig-system gives `available` in megabytes. */
const MOUNT_POINT_UNIT_BYTES = 1_000_000;

/** On the mount point with the most free space. */
export const FREE_SPACE: FacetQuery<{ readonly freeBytes: number }> = {
  paths: ['/system/mount-points/mount-point[name=*]/state/available'],
  read(leaves) {
    const free = under(leaves, 'system/mount-points/mount-point/state/available')
      .map(({ text }) => Number(text) * MOUNT_POINT_UNIT_BYTES)
      .filter((bytes) => Number.isFinite(bytes) && bytes >= 0);
    return free.length === 0 ? undefined : { freeBytes: Math.max(...free) };
  },
};

/** All in one Get, so that boot time and clock are of one moment. */
export const SYSTEM_STATE: FacetQuery<SystemState> = {
  paths: ['/system/state'],
  read(leaves, models) {
    const text = (leaf: string): string | undefined => under(leaves, `system/state/${leaf}`)[0]?.text;
    const bootTimeNs = readBootTime(text('boot-time') ?? '', models.get('openconfig-system'));
    if (bootTimeNs === undefined) return undefined;
    const deviceTimeNs = rfc3339ToNs(text('current-datetime') ?? '');
    const softwareVersion = text('software-version');
    return {
      bootTimeNs,
      ...(deviceTimeNs !== undefined && { deviceTimeNs }),
      ...(softwareVersion && { softwareVersion }),
    };
  },
};

/**
 * Nanoseconds since the epoch. Before openconfig-system 0.8.0 (2019-03-15, "Update boot time to be nanoseconds since epoch")
 * it was a date-and-time described as seconds, and targets send either; a bare number is in seconds only where the target
 * itself says that its model is that old: guessed from its size, it would be wrong on a router that boots in 1970.
 */
function readBootTime(text: string, modelVersion: string | undefined): bigint | undefined {
  if (!/^[1-9]\d*$/.test(text)) return rfc3339ToNs(text);
  const [major = 1, minor = 0] = (modelVersion ?? '').match(/\d+/g)?.map(Number) ?? [];
  const inSeconds = modelVersion !== undefined && major === 0 && minor < 8;
  return BigInt(text) * (inSeconds ? 1_000_000_000n : 1n);
}

interface Found {
  /** Each key by its own name (the innermost wins) and as `list.name`. */
  readonly keys: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The leaves at a path written without keys. */
const under = (leaves: readonly Leaf[], path: string): Found[] =>
  leaves
    .filter(({ elems }) => namesOf(elems) === path)
    .map(({ elems, text }) => ({ keys: keysOf(elems), text }));

/** The leaves of each entry of a list, by the entry's key, by their own name. */
function byKey(
  leaves: readonly Leaf[],
  container: string,
  key: string,
): Map<string, Partial<Record<string, string>>> {
  const entries = new Map<string, Partial<Record<string, string>>>();
  for (const { elems, text } of leaves) {
    const id = keysOf(elems)[key];
    const leaf = elems.at(-1);
    if (id === undefined || leaf === undefined || namesOf(elems.slice(0, -1)) !== container) continue;
    const entry = entries.get(id) ?? {};
    entry[leaf.name] = text;
    entries.set(id, entry);
  }
  return entries;
}

const namesOf = (elems: readonly PathElem[]): string => elems.map(({ name }) => name).join('/');

const keysOf = (elems: readonly PathElem[]): Record<string, string> =>
  Object.fromEntries(
    elems.flatMap(({ name, key }) =>
      Object.entries(key).flatMap(([id, value]) => [
        [id, value],
        [`${name}.${id}`, value],
      ]),
    ),
  );
