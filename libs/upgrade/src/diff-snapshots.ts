import type { DeviceChange, Facet } from './device-change.js';
import type { Standby } from './device-outcome.js';
import type { Alarm, DeviceSnapshot } from './device-snapshot.js';

/**
 * What is different about a router, whatever the order in which it lists things. A facet that it did not report before is
 * not compared; one that it does not report any more is a change of its own.
 */
export function diffSnapshots(before: DeviceSnapshot, after: DeviceSnapshot): readonly DeviceChange[] {
  return [
    ...valueChange('version', before.version, after.version),
    ...valueChange('boot-time', before.bootTimeNs, after.bootTimeNs),
    ...standbyChange(before, after),
    ...facetChange('interfaces', before.interfacesUp, after.interfacesUp, interfaceChanges),
    ...facetChange('bgp-peers', before.peersEstablished, after.peersEstablished, peerChanges),
    ...facetChange('alarms', before.alarms, after.alarms, alarmChanges),
    ...facetChange('free-space', before.freeBytes, after.freeBytes, freeSpaceChange),
  ];
}

/** A standby supervisor in words; the same for supervisors that have swapped their roles. */
export function standbyText(standby: Standby): string {
  switch (standby.kind) {
    case 'not-reported':
      return 'not reported';
    case 'state':
      return standby.state;
    case 'present':
      return standby.activationFailMessage === ''
        ? `present on ${standby.version}`
        : `present on ${standby.version}, activation failed: ${standby.activationFailMessage}`;
  }
}

const valueChange = (kind: 'version' | 'boot-time', before: string, after: string): DeviceChange[] =>
  before === after ? [] : [{ kind, before, after }];

/** A standby that keeps its version while the active supervisor gets another is left behind, though nothing moved. */
function standbyChange(before: DeviceSnapshot, after: DeviceSnapshot): DeviceChange[] {
  const [was, is] = [standbyText(before.standby), standbyText(after.standby)];
  if (was === is && isInStep(before) === isInStep(after)) return [];
  return [{ kind: 'standby', before: was, after: is }];
}

const isInStep = ({ standby, version }: DeviceSnapshot): boolean =>
  standby.kind !== 'present' || standby.version === version;

function facetChange<T>(
  facet: Facet,
  before: T | undefined,
  after: T | undefined,
  compare: (before: T, after: T) => DeviceChange[],
): DeviceChange[] {
  if (before === undefined) return [];
  return after === undefined ? [{ kind: 'not-reported', facet }] : compare(before, after);
}

type Names = readonly string[];

const interfaceChanges = (before: Names, after: Names): DeviceChange[] => [
  ...missingFrom(after, before).map((name) => ({ kind: 'interface-down', name }) as const),
  ...missingFrom(before, after).map((name) => ({ kind: 'interface-up', name }) as const),
];

const peerChanges = (before: Names, after: Names): DeviceChange[] => [
  ...missingFrom(after, before).map((name) => ({ kind: 'peer-lost', name }) as const),
  ...missingFrom(before, after).map((name) => ({ kind: 'peer-gained', name }) as const),
];

const alarmChanges = (before: readonly Alarm[], after: readonly Alarm[]): DeviceChange[] => [
  ...otherAlarms(before, after).map((alarm) => ({ kind: 'alarm-raised', alarm }) as const),
  ...otherAlarms(after, before).map((alarm) => ({ kind: 'alarm-cleared', alarm }) as const),
];

const freeSpaceChange = (beforeBytes: number, afterBytes: number): DeviceChange[] =>
  beforeBytes === afterBytes ? [] : [{ kind: 'free-space', beforeBytes, afterBytes }];

/** Names of `list` that `other` lacks, each once, sorted. */
function missingFrom(other: Names, list: Names): string[] {
  const known = new Set(other);
  return [...new Set(list)].filter((name) => !known.has(name)).sort();
}

/** Alarms of `list` of which `known` has no equal, sorted. */
const otherAlarms = (known: readonly Alarm[], list: readonly Alarm[]): Alarm[] =>
  list
    .filter((alarm) => !known.some((one) => isSameAlarm(one, alarm)))
    .sort((a, b) => compareTexts(alarmText(a), alarmText(b)));

/**
 * Ids alone do not tell: a boot gives old alarms new ids, and old ids to new alarms. Texts alone do not either: they hold
 * readings and times.
 */
const isSameAlarm = (a: Alarm, b: Alarm): boolean =>
  a.severity === b.severity && a.resource === b.resource && (a.id === b.id || a.text === b.text);

const alarmText = ({ severity, resource, text, id }: Alarm): string =>
  JSON.stringify([severity, resource, text, id]);

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
