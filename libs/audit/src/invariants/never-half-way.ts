import { type CaseFile, type Deployment, nameOf } from '../case-file.js';
import type { RouterLock, RouterState, Unlock } from '../evidence/router-records.js';
import { firstAfter } from '../first-after.js';
import { changesOf, type RouterChange } from '../router-changes.js';
import { type VersionHistory, versionsOf } from '../router-versions.js';
import { type Turn, turnsOf } from '../turns.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I14: a router is never left half-way. Each deployment left it as its terminal says, by the router's own boots; in the end each
 * router runs the old version or the new one of its last deployment and boots it again, or it is locked, by a deployment that
 * said so, and somebody was told.
 */
export const neverHalfWay: Judge = (file) => {
  const { routerLog, routers, locks, unlocks, clocksApartMs } = file.evidence;
  const turns = turnsOf(file);
  const versions = versionsOf(routerLog, routers);
  const changes = changesOf(routerLog);
  const held = new Map(locks.map((lock) => [nameOf(lock), lock]));
  const states = new Map(routers.map((router) => [router.routerId, router]));
  const judge = ([name, own]: readonly [string, readonly Turn[]]) => {
    const history = versions.get(name);
    if (history === undefined) return [];
    const router = { changes: changes.get(name) ?? [], history, clocksApartMs };
    const state = states.get(name);
    return [
      ...own.flatMap((turn) => leftOtherwise(turn, router)),
      ...touchedAfterAll(own, router.changes),
      ...(state === undefined ? [] : inTheEnd(state, own, router, held, unlocks)),
    ];
  };
  return {
    findings: [...[...turns].flatMap(judge), ...locks.flatMap((lock) => lockedInVain(lock, file))],
    judged: routers.filter(({ routerId }) => turns.has(routerId)).length,
  };
};

/** What a router itself tells. */
interface RouterLog {
  readonly changes: readonly RouterChange[];
  readonly history: VersionHistory;
  readonly clocksApartMs: number;
}

/** What the router ran when the deployment began to change it; where it did not, when it let go of it. */
function oldVersionIn(
  { from, heldUntil }: Turn,
  { changes, history, clocksApartMs }: RouterLog,
): string | undefined {
  const next = changes[firstAfter(changes, from - clocksApartMs - 1, (change) => change.from)];
  const until = heldUntil + clocksApartMs;
  return history.at(next !== undefined && next.from <= until ? next.from : until);
}

const endOf = ({ terminals }: Deployment) => terminals[0]?.status;

/** By the boots that lie in its turn; where it ran twice, in the last one. */
function leftOtherwise(turn: Turn, router: RouterLog): Finding[] {
  const { deployment, execution, from, heldUntil } = turn;
  const end = endOf(deployment);
  if (end === undefined || heldUntil === Infinity || execution !== deployment.executions.at(-1)) return [];
  const { softwareVersion: asked } = deployment.asked;
  const boots = router.history.boots(from - router.clocksApartMs, heldUntil + router.clocksApartMs);
  const last = boots.at(-1)?.running_version;
  const before = oldVersionIn(turn, router);
  const finding = (text: string): Finding[] => [
    {
      subject: deployment.router,
      text: `${deployment.name} ended ${end.state}/${end.reason?.code}, and the router ${text}`,
      records: [...deployment.terminals.slice(0, 1), execution, ...boots],
    },
  ];
  switch (end.state) {
    case 'SUCCEEDED':
      if (end.reason?.code === 'ALREADY_RUNNING')
        return before === asked || before === undefined ? [] : finding(`ran ${before}`);
      if (last === undefined) return finding('was not booted meanwhile');
      return last === asked ? [] : finding(`came back with ${last}, not ${asked}`);
    case 'ROLLED_BACK':
      return last === before || before === undefined ? [] : finding(`came back with ${last}, not ${before}`);
    default: {
      const isUnsure =
        end.state === 'TERMINATED' || end.state === 'TIMED_OUT' || UNKNOWN.has(end.reason?.code ?? '');
      return isUnsure && end.details['router'] === undefined
        ? finding('was not asked whether it is at rest')
        : [];
    }
  }
}

/** Reasons that say that nobody knows what the router does. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'DEVICE_STATE_UNKNOWN',
  'DEVICE_DID_NOT_RETURN',
  'ROLLBACK_FAILED',
]);

/** Ends that promise that the router was let alone. */
const UNTOUCHED: ReadonlySet<string> = new Set(['CANCELLED', 'REJECTED']);

function touchedAfterAll(turns: readonly Turn[], changes: readonly RouterChange[]): Finding[] {
  const reboots = new Map(changes.map((change) => [change.reboots?.deploymentId, change.call]));
  return turns.flatMap(({ deployment }) => {
    const end = endOf(deployment);
    const reboot = reboots.get(deployment.deploymentId);
    if (end === undefined || reboot === undefined) return [];
    if (!UNTOUCHED.has(end.state) && end.reason?.code !== 'ALREADY_RUNNING') return [];
    const text = `${deployment.name} ended ${end.state}/${end.reason?.code}, and had rebooted the router`;
    return [{ subject: deployment.router, text, records: [...deployment.terminals.slice(0, 1), reboot] }];
  });
}

function inTheEnd(
  state: RouterState,
  turns: readonly Turn[],
  router: RouterLog,
  held: ReadonlyMap<string, RouterLock>,
  unlocks: readonly Unlock[],
): Finding[] {
  const last = turns.at(-1);
  if (last === undefined || held.has(last.deployment.name)) return [];
  const { deployment, execution } = last;
  const end = endOf(deployment);
  const finding = (text: string, ...more: object[]): Finding[] => [
    {
      subject: state.routerId,
      text: `${text}; its last deployment ${deployment.name} ended ${end?.state}/${end?.reason?.code}`,
      records: [state, execution, ...deployment.terminals.slice(0, 1), ...more],
    },
  ];
  const holder = turns.map((turn) => held.get(turn.deployment.name)).find((lock) => lock !== undefined);
  if (holder !== undefined) return finding(`is locked by ${nameOf(holder)}, and was used again`, holder);
  const halfDone = halfDoneOn(state);
  if (halfDone !== undefined) return finding(`${halfDone}, and no lock is held`);
  const isUnlocked = unlocks.some((unlock) => nameOf(unlock) === deployment.name);
  if (end?.reason?.code === 'ROLLBACK_FAILED' && !isUnlocked)
    return finding('is for a human to look at, and no lock is held');
  const may = mayRun(deployment, oldVersionIn(last, router));
  return may === undefined || may.includes(state.runningVersion)
    ? []
    : finding(`runs ${state.runningVersion}, not ${may.join(' or ')}`);
}

/** What is half done on a router; undefined where nothing is. */
export function halfDoneOn(router: RouterState): string | undefined {
  const { up, runningVersion, nextBootVersion, installing, rebootPending, standby } = router;
  if (!up) return 'is away';
  if (nextBootVersion !== runningVersion) return `runs ${runningVersion} and will boot ${nextBootVersion}`;
  if (standby !== undefined && standby.nextBootVersion !== standby.runningVersion)
    return `has a standby that runs ${standby.runningVersion} and will boot ${standby.nextBootVersion}`;
  if (installing) return 'has an Install running';
  return rebootPending ? 'has a reboot pending' : undefined;
}

/** Versions that the router may run; undefined where it may be any: it was found at rest by itself, whatever it ran. */
function mayRun(deployment: Deployment, before: string | undefined): readonly string[] | undefined {
  const end = endOf(deployment);
  const { softwareVersion: asked } = deployment.asked;
  if (end === undefined || before === undefined || end.details['router'] !== undefined) return undefined;
  switch (end.state) {
    case 'SUCCEEDED':
      return [asked];
    case 'ROLLED_BACK':
    case 'CANCELLED':
    case 'REJECTED':
      return [before];
    default:
      return end.reason?.code === 'FELL_BACK' ? [before] : [before, asked];
  }
}

function lockedInVain(lock: RouterLock, { deployments }: CaseFile): Finding[] {
  const deployment = deployments.get(nameOf(lock));
  const [terminal] = deployment?.terminals ?? [];
  const finding = (text: string): Finding[] => [
    { subject: nameOf(lock), text, records: [lock, ...(terminal ? [terminal] : [])] },
  ];
  if (terminal?.status.details['router'] !== 'quarantined')
    return finding(
      `holds its router, and its terminal ${terminal?.status.state ?? '(none)'} does not say so`,
    );
  return lock.alerted ? [] : finding('holds its router, and nobody was told');
}
