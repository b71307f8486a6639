import type { DeviceChange, Facet } from './device-change.js';
import { standbyText } from './diff-snapshots.js';
import type { Check, UpgradePolicy, Waiver } from './upgrade-policy.js';

export interface ChangeExpectation {
  readonly targetVersion: string;
  readonly policy: Pick<UpgradePolicy, 'requiredChecks' | 'waivers'>;
}

export interface ChangeJudgement {
  /** Changes that a required check does not allow. */
  readonly faults: readonly DeviceChange[];
  /** Those that would be faults but for a waiver. */
  readonly waived: readonly DeviceChange[];
  /** One sentence about `faults`; empty where there are none. */
  readonly text: string;
}

/** Whether a router is as good after its upgrade as it was before: gains, free space and another boot are no faults. */
export function judgeChanges(
  changes: readonly DeviceChange[],
  { targetVersion, policy }: ChangeExpectation,
): ChangeJudgement {
  const faults: DeviceChange[] = [];
  const waived: DeviceChange[] = [];
  for (const change of changes) {
    const loss = lossOf(change, targetVersion);
    if (loss === undefined) continue;
    if (loss.check === 'version') faults.push(change);
    else if (!policy.requiredChecks.includes(loss.check)) continue;
    else if (policy.waivers.some((waiver) => waives(waiver, loss.check, loss.name))) waived.push(change);
    else faults.push(change);
  }
  return { faults, waived, text: sentenceOf(faults) };
}

/** What a change takes away, and which check looks for it. */
interface Loss {
  readonly check: Check | 'version';
  /** What a waiver names; empty for a whole facet, which only `*` waives. */
  readonly name: string;
}

function lossOf(change: DeviceChange, targetVersion: string): Loss | undefined {
  switch (change.kind) {
    case 'version':
      return change.after === targetVersion ? undefined : { check: 'version', name: '' };
    case 'standby':
      return isStandbyLost(change, targetVersion) ? { check: 'standby', name: STANDBY } : undefined;
    case 'interface-down':
      return { check: 'interfaces', name: change.name };
    case 'peer-lost':
      return { check: 'bgp-peers', name: change.name };
    case 'alarm-raised':
      return { check: 'alarms', name: change.alarm.id };
    case 'not-reported':
      return lossOfFacet(change.facet);
    case 'boot-time':
    case 'interface-up':
    case 'peer-gained':
    case 'alarm-cleared':
    case 'free-space':
      return undefined;
  }
}

/** What a waiver of the check `standby` names. */
export const STANDBY = 'standby';

/** A chassis that had no working standby before can't lose it; one that had must have it on the new version. */
function isStandbyLost(
  { before, after }: Extract<DeviceChange, { kind: 'standby' }>,
  targetVersion: string,
): boolean {
  const isThere = before.startsWith('present');
  return isThere && after !== standbyText({ ...IN_STEP, version: targetVersion });
}

const IN_STEP = { kind: 'present', id: '', version: '', activationFailMessage: '' } as const;

function lossOfFacet(facet: Facet): Loss | undefined {
  switch (facet) {
    case 'interfaces':
    case 'bgp-peers':
    case 'alarms':
      return { check: facet, name: '' };
    case 'free-space':
      return undefined;
  }
}

/** Waivers with a trailing `*` match any rest. */
function waives(waiver: Waiver, check: Check | 'version', name: string): boolean {
  if (waiver.check !== check) return false;
  return waiver.name.endsWith('*') ? name.startsWith(waiver.name.slice(0, -1)) : waiver.name === name;
}

const NAMED_FAULTS = 3;

function sentenceOf(faults: readonly DeviceChange[]): string {
  if (faults.length === 0) return '';
  const named = faults.slice(0, NAMED_FAULTS).map(textOf).join('; ');
  const rest = faults.length - NAMED_FAULTS;
  return `worse off than before the upgrade: ${named}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function textOf(change: DeviceChange): string {
  switch (change.kind) {
    case 'version':
      return `the version is ${change.after}`;
    case 'boot-time':
      return `the boot time is ${change.after} ns`;
    case 'standby':
      return `the standby supervisor was ${change.before} and is ${change.after}`;
    case 'interface-down':
      return `interface ${change.name} is down`;
    case 'interface-up':
      return `interface ${change.name} is up`;
    case 'peer-lost':
      return `BGP peer ${change.name} is lost`;
    case 'peer-gained':
      return `BGP peer ${change.name} is new`;
    case 'alarm-raised':
      return `alarm ${change.alarm.id} (${change.alarm.severity}, ${change.alarm.resource}): ${change.alarm.text}`;
    case 'alarm-cleared':
      return `alarm ${change.alarm.id} is cleared`;
    case 'not-reported':
      return `${change.facet} are not reported any more`;
    case 'free-space':
      return `free space is ${change.afterBytes} bytes`;
  }
}
