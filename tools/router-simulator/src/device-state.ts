import type { Device } from './device.js';
import type { AlarmConfig, BgpPeerConfig, Facet, InterfaceConfig } from './router-config.js';
import { container, leaf, list, type Container, type Node } from './state-tree.js';
import type { Supervisor } from './supervisor.js';

const NS_PER_MS = 1_000_000n;
/** `size` and `available` of openconfig-system are megabytes. */
const MEGABYTE = 1_000_000;

/** YANG module of each top-level container. */
export const STATE_MODULES: Readonly<Record<string, string>> = {
  system: 'openconfig-system',
  interfaces: 'openconfig-interfaces',
  'network-instances': 'openconfig-network-instance',
  components: 'openconfig-platform',
};

/** What a router tells about itself over gNMI, at this moment. */
export function deviceState(device: Device): Container {
  const has = (facet: Facet): boolean => !device.config.omits.includes(facet);
  return container({
    system: systemState(device, has),
    ...(has('interfaces') && { interfaces: interfacesState(device.traffic.interfaces()) }),
    ...(has('bgp') && { 'network-instances': networkInstances(device.traffic.bgpPeers()) }),
    ...(has('components') && { components: components(device) }),
  });
}

function systemState(device: Device, has: (facet: Facet) => boolean): Container {
  const now = new Date(Number(device.nowNs() / NS_PER_MS));
  return container({
    state: container({
      hostname: leaf(device.routerId),
      'boot-time': leaf(device.clock.readBootTimeNs()),
      'software-version': leaf(device.runningVersion),
      'current-datetime': leaf(now.toISOString()),
    }),
    ...(has('alarms') && { alarms: container({ alarm: alarmList(device.alarms.list()) }) }),
    ...(has('mount-points') && { 'mount-points': container({ 'mount-point': mountPoints(device) }) }),
  });
}

const alarmList = (alarms: readonly AlarmConfig[]): Node =>
  list(
    ['id'],
    alarms,
    ({ id }) => ({ id: leaf(id) }),
    ({ id, severity, text, resource }) => ({
      state: container({
        id: leaf(id),
        severity: leaf(severity, 'openconfig-alarm-types'),
        text: leaf(text),
        resource: leaf(resource),
      }),
    }),
  );

function mountPoints({ config, disk }: Device): Node {
  const megabytes = (bytes: number) => leaf(BigInt(Math.floor(bytes / MEGABYTE)));
  return list(
    ['name'],
    [config.mountPoint],
    (name) => ({ name: leaf(name) }),
    (name) => ({
      state: container({
        name: leaf(name),
        size: megabytes(disk.sizeBytes),
        available: megabytes(disk.freeBytes),
        utilized: megabytes(disk.sizeBytes - disk.freeBytes),
      }),
    }),
  );
}

const interfacesState = (interfaces: readonly InterfaceConfig[]): Container =>
  container({
    interface: list(
      ['name'],
      interfaces,
      ({ name }) => ({ name: leaf(name) }),
      ({ name, operStatus, adminStatus }) => ({
        state: container({
          name: leaf(name),
          'oper-status': leaf(operStatus),
          'admin-status': leaf(adminStatus),
        }),
      }),
    ),
  });

function networkInstances(peers: readonly BgpPeerConfig[]): Container {
  const names = [...new Set(peers.map(({ networkInstance }) => networkInstance))];
  return container({
    'network-instance': list(
      ['name'],
      names,
      (name) => ({ name: leaf(name) }),
      (name) => ({
        protocols: container({
          protocol: protocols(peers.filter(({ networkInstance }) => networkInstance === name)),
        }),
      }),
    ),
  });
}

const protocols = (peers: readonly BgpPeerConfig[]): Node =>
  list(
    ['identifier', 'name'],
    [...new Set(peers.map(({ protocol }) => protocol))],
    (name) => ({ identifier: leaf('BGP', 'openconfig-policy-types'), name: leaf(name) }),
    (name) => ({
      bgp: container({
        neighbors: container({ neighbor: neighbors(peers.filter(({ protocol }) => protocol === name)) }),
      }),
    }),
  );

const neighbors = (peers: readonly BgpPeerConfig[]): Node =>
  list(
    ['neighbor-address'],
    peers,
    ({ address }) => ({ 'neighbor-address': leaf(address) }),
    ({ address, sessionState }) => ({
      state: container({ 'neighbor-address': leaf(address), 'session-state': leaf(sessionState) }),
    }),
  );

interface Component {
  readonly name: string;
  readonly state: Readonly<Record<string, Node>>;
}

function components(device: Device): Container {
  const { manufacturer, model } = device.config;
  const made = { 'mfg-name': leaf(manufacturer) };
  const chassis: Component = {
    name: 'chassis',
    state: {
      ...made,
      type: leaf('CHASSIS', 'openconfig-platform-types'),
      'model-name': leaf(model),
      description: leaf(`${manufacturer} ${model}`),
    },
  };
  const card = (supervisor: Supervisor, role: string): Component => ({
    name: supervisor.id,
    state: {
      ...made,
      type: leaf('CONTROLLER_CARD', 'openconfig-platform-types'),
      description: leaf('supervisor'),
      'software-version': leaf(supervisor.runningVersion),
      'redundant-role': leaf(role),
    },
  });
  const standby = device.readyStandby;
  const all = [
    chassis,
    card(device.active, 'PRIMARY'),
    ...(standby === undefined ? [] : [card(standby, 'SECONDARY')]),
  ];
  return container({
    component: list(
      ['name'],
      all,
      ({ name }) => ({ name: leaf(name) }),
      ({ name, state }) => ({ state: container({ name: leaf(name), ...state }) }),
    ),
  });
}
