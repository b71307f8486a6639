import { type CaseFile, type Deployment, nameOf } from '../case-file.js';
import type { RouterLock, RouterState } from '../evidence/router-records.js';
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
  const { routerLog, routers, locks } = file.evidence;
  const turns = turnsOf(file);
  const versions = versionsOf(routerLog, routers);
  const changes = changesOf(routerLog);
  const held = new Map(locks.map((lock) => [nameOf(lock), lock]));
  const states = new Map(routers.map((router) => [router.routerId, router]));
  const judge = ([name, own]: readonly [string, readonly Turn[]]) => {
    const history = versions.get(name);
    const router = states.get(name);
    if (history === undefined) return [];
    return [
      ...own.flatMap((turn) => [
        ...leftOtherwise(turn, history, file),
        ...touchedAfterAll(turn, changes.get(name) ?? []),
      ]),
      ...(router === undefined ? [] : inTheEnd(router, own, history, held, file)),
    ];
  };
  return {
    findings: [...[...turns].flatMap(judge), ...locks.flatMap((lock) => lockedInVain(lock, file))],
    judged: routers.filter(({ routerId }) => turns.has(routerId)).length,
  };
};

const endOf = ({ terminals }: Deployment) => terminals[0]?.status;

/** By the boots that lie in its turn; where it ran twice, in the last one. */
function leftOtherwise(turn: Turn, history: VersionHistory, { evidence }: CaseFile): Finding[] {
  const { deployment, execution, from, heldUntil } = turn;
  const end = endOf(deployment);
  if (end === undefined || heldUntil === Infinity || execution !== deployment.executions.at(-1)) return [];
  const { softwareVersion: asked } = deployment.asked;
  const boots = history.boots(from - evidence.clocksApartMs, heldUntil + evidence.clocksApartMs);
  const last = boots.at(-1)?.running_version;
  const before = history.at(from - evidence.clocksApartMs);
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

function touchedAfterAll(turn: Turn, changes: readonly RouterChange[]): Finding[] {
  const { deployment } = turn;
  const end = endOf(deployment);
  if (end === undefined || !(UNTOUCHED.has(end.state) || end.reason?.code === 'ALREADY_RUNNING')) return [];
  const reboot = changes.find(({ reboots }) => reboots?.deploymentId === deployment.deploymentId);
  if (reboot === undefined) return [];
  const text = `${deployment.name} ended ${end.state}/${end.reason?.code}, and had rebooted the router`;
  return [{ subject: deployment.router, text, records: [...deployment.terminals.slice(0, 1), reboot.call] }];
}

function inTheEnd(
  router: RouterState,
  turns: readonly Turn[],
  history: VersionHistory,
  held: ReadonlyMap<string, RouterLock>,
  file: CaseFile,
): Finding[] {
  const last = turns.at(-1);
  if (last === undefined || turns.some(({ deployment }) => held.has(deployment.name))) return [];
  const { deployment, from } = last;
  const end = endOf(deployment);
  const finding = (text: string): Finding[] => [
    {
      subject: router.routerId,
      text: `${text}, and no lock is held; its last deployment ${deployment.name} ended ${end?.state}/${end?.reason?.code}`,
      records: [router, last.execution, ...deployment.terminals.slice(0, 1)],
    },
  ];
  const pending = halfDoneOn(router);
  if (pending !== undefined) return finding(pending);
  if (end?.reason?.code === 'ROLLBACK_FAILED' && !isUnlocked(deployment, file))
    return finding('is for a human to look at');
  const may = mayRun(deployment, history.at(from - file.evidence.clocksApartMs));
  return may === undefined || may.includes(router.runningVersion)
    ? []
    : finding(`runs ${router.runningVersion}, not ${may.join(' or ')}`);
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

const isUnlocked = ({ name }: Deployment, { evidence }: CaseFile): boolean =>
  evidence.unlocks.some((unlock) => nameOf(unlock) === name);

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
