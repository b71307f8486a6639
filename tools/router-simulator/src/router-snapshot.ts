import type { Device } from './device.js';
import type { Fault, FaultKind } from './fault.js';
import type { FaultPlan } from './fault-plan.js';
import type { AlarmConfig, BgpPeerConfig, InterfaceConfig } from './router-config.js';
import type { StandbyCondition } from './supervisor.js';

/** A router's whole state, as JSON. */
export interface RouterSnapshot {
  readonly routerId: string;
  readonly address: string;
  readonly port: number;
  readonly up: boolean;
  readonly runningVersion: string;
  readonly nextBootVersion: string;
  readonly installedVersions: readonly string[];
  readonly activationFailMessage: string;
  /** Undefined where the router is made for one supervisor. */
  readonly standby?: StandbySnapshot;
  /** Decimal text. */
  readonly bootTimeNs: string;
  /** How far the router's clock is from the machine's. */
  readonly clockOffsetMs: number;
  /** Boots since the simulator started. */
  readonly boots: number;
  readonly installing: boolean;
  readonly rebootPending: boolean;
  readonly freeBytes: number;
  readonly interfaces: readonly InterfaceConfig[];
  readonly bgpPeers: readonly BgpPeerConfig[];
  readonly alarms: readonly AlarmConfig[];
  /** That still have to strike. */
  readonly faults: readonly Fault[];
  /** How often faults of each kind had an effect. */
  readonly struck: Readonly<Partial<Record<FaultKind, number>>>;
}

export interface StandbySnapshot {
  readonly id: string;
  readonly condition: StandbyCondition;
  readonly runningVersion: string;
  readonly nextBootVersion: string;
  readonly installedVersions: readonly string[];
  readonly activationFailMessage: string;
}

export function snapshotOf(
  device: Device,
  faults: FaultPlan,
  network: Pick<RouterSnapshot, 'address' | 'port' | 'up'>,
): RouterSnapshot {
  const standby = standbySnapshot(device);
  return {
    routerId: device.routerId,
    ...network,
    runningVersion: device.runningVersion,
    nextBootVersion: device.nextBootVersion,
    installedVersions: [...device.installed],
    activationFailMessage: device.activationFailMessage,
    ...(standby !== undefined && { standby }),
    bootTimeNs: String(device.bootTimeNs),
    clockOffsetMs: device.clock.offsetMs,
    boots: device.boots,
    installing: device.installing,
    rebootPending: device.pendingReboot !== undefined,
    freeBytes: device.disk.freeBytes,
    interfaces: device.traffic.interfaces(),
    bgpPeers: device.traffic.bgpPeers(),
    alarms: device.alarms.list(),
    faults: faults.list(),
    struck: faults.struck(),
  };
}

function standbySnapshot(device: Device): StandbySnapshot | undefined {
  const { standby } = device;
  if (standby === undefined) return undefined;
  return {
    id: standby.id,
    condition: standby.condition(device.nowMs()),
    runningVersion: standby.runningVersion,
    nextBootVersion: standby.nextBootVersion,
    installedVersions: [...standby.installed],
    activationFailMessage: standby.activationFailMessage,
  };
}
