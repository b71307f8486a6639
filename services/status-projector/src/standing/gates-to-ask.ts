import { fromPlace } from '@vecino/foundation';
import type { Tenant } from '@vecino/tenancy';

/** What is known of a tenant's gate since the last look. */
export interface GateHints {
  /** Tenants of which a status went out, or a deployment runs. */
  readonly active: ReadonlySet<string>;
  /** Whose gates had something to do when they were last asked, or did not answer. */
  readonly busy: ReadonlySet<string>;
  /** Of the route `queue`: others sleep, and have nothing to do. */
  readonly awake: (tenantId: string) => boolean;
  /** Where the round over all tenants stands. */
  readonly from: number;
}

export const ASKED_AT_MOST = 250;
const ROUND_SHARE = 20;
const ROUND_AT_LEAST = 10;

/**
 * How many tenants a look goes on in the round over all: a paused tenant's queue is found within twenty looks, with more than 2,500 tenants
 * within more.
 */
export const roundOf = (tenants: number): number =>
  Math.min(ASKED_AT_MOST / 2, Math.max(ROUND_AT_LEAST, Math.ceil(tenants / ROUND_SHARE)));

/** The tenants whose gates are asked in this look: those that may have something to do, and the round; both go on where they stood. Pure. */
export function gatesToAsk(tenants: readonly Tenant[], hints: GateHints): readonly Tenant[] {
  const { active, busy, awake, from } = hints;
  const turned = fromPlace(tenants, from);
  const mayAnswer = ({ id, route }: Tenant): boolean => route !== 'queue' || awake(id);
  const round = turned.slice(0, roundOf(tenants.length)).filter(mayAnswer);
  const known = turned.filter(mayAnswer).filter(({ id }) => active.has(id) || busy.has(id));
  return [...new Set([...known.slice(0, ASKED_AT_MOST - round.length), ...round])];
}
