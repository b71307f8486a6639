import { groupBy } from '@vecino/foundation';
import type { RouterLogRecord, RouterPower, RouterState } from './evidence/router-records.js';
import { firstAfter } from './first-after.js';

/** Which version a router ran when. */
export interface VersionHistory {
  /** At that time; undefined where nothing tells. */
  at(time: number): string | undefined;
  /** Boots in a stretch of time, both ends included. */
  boots(from: number, to: number): readonly RouterPower[];
}

/** Of each router that logged something, or whose state is known in the end. */
export function versionsOf(
  log: readonly RouterLogRecord[],
  routers: readonly RouterState[],
): ReadonlyMap<string, VersionHistory> {
  const power = groupBy(
    log.filter((record): record is RouterPower => record.kind !== 'call'),
    ({ router_id }) => router_id,
  );
  const states = new Map(routers.map((state) => [state.routerId, state]));
  const names = new Set([...log.map(({ router_id }) => router_id), ...states.keys()]);
  return new Map([...names].map((name) => [name, historyOf(power.get(name) ?? [], states.get(name))]));
}

function historyOf(power: readonly RouterPower[], state: RouterState | undefined): VersionHistory {
  const boots = power.filter(({ kind }) => kind === 'up').toSorted((a, b) => a.at - b.at);
  // Times are whole milliseconds.
  const bootsUntil = (time: number) => firstAfter(boots, time, ({ at }) => at);
  const [first] = power;
  const initial =
    first?.kind === 'down' ? first.running_version : first === undefined ? state?.runningVersion : undefined;
  return {
    at: (time) => {
      const next = bootsUntil(time);
      return next === 0 ? initial : boots[next - 1]?.running_version;
    },
    boots: (from, to) => boots.slice(bootsUntil(from - 1), bootsUntil(to)),
  };
}
