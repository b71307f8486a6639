import { fromPlace } from '@vecino/foundation';
import type { Tenant } from '@vecino/tenancy';
import { LOOK_LIMITS } from './look-limits.js';

/** What is known of a tenant's gate since the last look. */
export interface GateHints {
  /** Tenants of which a status went out, or a deployment runs. */
  readonly active: ReadonlySet<string>;
  /** Whose gates had something to do when they were last asked, or did not answer. */
  readonly busy: ReadonlySet<string>;
  /** Whose gates did not answer: they are asked after all others. */
  readonly silent: ReadonlySet<string>;
  /** Those of them that are left alone in this look. */
  readonly resting: ReadonlySet<string>;
  /** Of the route `queue`: others sleep, and have nothing to do. */
  readonly awake: (tenantId: string) => boolean;
  /** Where the round over all tenants stands. */
  readonly from: number;
}

const ROUND_SHARE = 20;
const ROUND_AT_LEAST = 10;

/**
 * How many tenants a look goes on in the round over all: a paused tenant's queue is found within twenty looks, with more than 2,500 tenants
 * within more.
 */
export const roundOf = (tenants: number): number =>
  Math.min(LOOK_LIMITS.gatesAtMost / 2, Math.max(ROUND_AT_LEAST, Math.ceil(tenants / ROUND_SHARE)));

/** The tenants whose gates are asked in this look: those that may have something to do, and the round; both go on where they stood. Pure. */
export function gatesToAsk(tenants: readonly Tenant[], hints: GateHints): readonly Tenant[] {
  const { active, busy, silent, resting, awake, from } = hints;
  const turned = fromPlace(tenants, from);
  const mayAnswer = ({ id, route }: Tenant): boolean => (route !== 'queue' || awake(id)) && !resting.has(id);
  const silentLast = (some: Iterable<Tenant>): readonly Tenant[] =>
    [...some].toSorted((a, b) => Number(silent.has(a.id)) - Number(silent.has(b.id)));
  const round = turned.slice(0, roundOf(tenants.length)).filter(mayAnswer);
  const known = turned.filter(mayAnswer).filter(({ id }) => active.has(id) || busy.has(id));
  const first = silentLast(known).slice(0, LOOK_LIMITS.gatesAtMost - round.length);
  return silentLast(new Set([...first, ...round]));
}
