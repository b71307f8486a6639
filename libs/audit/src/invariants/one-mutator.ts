import { groupBy } from '@vecino/foundation';
import { changesOf, methodOf, type RouterChange } from '../router-changes.js';
import { type Turn, turnAt, turnsOf } from '../turns.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I6: whoever changes a router is alone. Deployments take turns on it; what changes it happens in a turn, one change after another, a
 * reboot until the router is back; and each deployment reboots it at most once in each direction. Calls that the router
 * refused do not count.
 */
export const oneMutator: Judge = (file) => {
  const { routerLog, clocksApartMs } = file.evidence;
  const turns = turnsOf(file);
  const changes = changesOf(routerLog);
  const calls = [...changes.values()].flat();
  return {
    findings: [
      ...[...turns].flatMap(([router, own]) => sharedTurns(router, own)),
      ...[...changes].flatMap(([router, own]) => [...overlaps(router, own), ...rebootsAgain(router, own)]),
      ...calls.flatMap((change) => outOfTurn(change, turns, clocksApartMs)),
    ],
    judged: calls.length,
  };
};

/** Both times are Temporal's. */
function sharedTurns(router: string, turns: readonly Turn[]): Finding[] {
  let holder: Turn | undefined;
  return turns.flatMap((turn) => {
    const before = holder;
    if (before === undefined || turn.heldUntil >= before.heldUntil) holder = turn;
    if (before === undefined || turn.from >= before.heldUntil) return [];
    const text = `${turn.deployment.name} started while ${before.deployment.name} held the router`;
    const [end] = before.deployment.terminals;
    return [{ subject: router, text, records: [before.execution, ...(end ? [end] : []), turn.execution] }];
  });
}

/** Both times are the router's. */
function overlaps(router: string, changes: readonly RouterChange[]): Finding[] {
  let longest: RouterChange | undefined;
  return changes.flatMap((change) => {
    const before = longest;
    if (before === undefined || change.to >= before.to) longest = change;
    if (before === undefined || change.from >= before.to) return [];
    const until = before.reboots === undefined ? 'had ended' : 'had brought the router back';
    const text = `${methodOf(change.call)} began before ${methodOf(before.call)} ${until}`;
    return [{ subject: router, text, records: [before.call, change.call] }];
  });
}

function rebootsAgain(router: string, changes: readonly RouterChange[]): Finding[] {
  const named = changes.filter(({ reboots }) => reboots?.deploymentId !== undefined);
  const groups = groupBy(named, ({ reboots }) => `${reboots?.deploymentId} ${reboots?.direction}`);
  return [...groups].flatMap(([what, reboots]) =>
    reboots.length < 2
      ? []
      : [
          {
            subject: router,
            text: `accepted ${reboots.length} reboots of ${what}`,
            records: reboots.map(({ call }) => call),
          },
        ],
  );
}

function outOfTurn(
  { call, reboots }: RouterChange,
  turns: ReadonlyMap<string, readonly Turn[]>,
  clocksApartMs: number,
): Finding[] {
  const own = turns.get(call.router_id);
  // A call to a router that no deployment is for is a ghost.
  if (own === undefined) return [];
  const turn = turnAt(own, call.start + clocksApartMs);
  const finding = (text: string): Finding[] => [
    { subject: call.router_id, text: `${methodOf(call)} ${text}`, records: [call, ...recordsOf(turn)] },
  ];
  if (turn === undefined) return finding('came before any deployment of the router');
  const { name, deploymentId } = turn.deployment;
  // When the router noticed that a call was broken off says nothing of when that was.
  const until = call.accepted ? call.end : call.start;
  if (until > turn.touchesUntil + clocksApartMs)
    return finding(`came after ${name} had let go of the router`);
  const orderedBy = reboots?.deploymentId;
  if (orderedBy === undefined || orderedBy === deploymentId) return [];
  return finding(`of ${orderedBy} came in the turn of ${name}`);
}

const recordsOf = (turn: Turn | undefined): object[] =>
  turn === undefined ? [] : [turn.execution, ...turn.deployment.terminals.slice(0, 1)];
