import { FIRST_VERSION, IMAGE_VERSIONS } from '@vecino/cli';
import { REASON_CODES, type ReasonCode } from '@vecino/foundation';
import {
  type Choices,
  networkOf,
  numbered,
  type RequestStream,
  routerOf,
  type TenantPlan,
} from '@vecino/path-tests';
import { type Route } from '@vecino/tenancy';

/** How a tenant under chaos behaves. */
export type Manner =
  /** Much more than it may have, most of it for the first few routers. */
  | 'flood'
  /** One router after the other, never limited: everything must end as it was asked for. */
  | 'calm'
  /** Its routers misbehave and its deployments are terminated: everything must end, in whatever way. */
  | 'rough'
  /** Calm, but now and then removed: what is under way then may be cancelled. */
  | 'guest';

export interface ChaosTenant extends TenantPlan {
  /** At a rate of 1. */
  readonly perSecond: number;
  readonly manner: Manner;
}

const calm = (id: string, route: Route, routers = 12): ChaosTenant => ({
  id,
  route,
  cap: 8,
  routers,
  perSecond: 0.12,
  manner: 'calm',
});

export const MOVER = calm('mover', 'queue', 16);
export const ROUGH: ChaosTenant = {
  id: 'rough',
  route: 'pooled',
  cap: 4,
  routers: 20,
  perSecond: 0.15,
  manner: 'rough',
};
const GUEST_TENANT: ChaosTenant = { ...calm('guest', 'queue', 6), manner: 'guest' };

export const CHAOS_TENANTS: readonly ChaosTenant[] = [
  {
    id: 'torrent',
    route: 'pooled',
    cap: 4,
    intake: 60,
    queue: 30,
    routers: 24,
    perSecond: 4,
    manner: 'flood',
  },
  {
    id: 'narrow',
    route: 'queue',
    cap: 2,
    intake: 25,
    queue: 10,
    routers: 3,
    perSecond: 0.6,
    manner: 'flood',
  },
  calm('calm-pool', 'pooled'),
  calm('calm-queue', 'queue'),
  calm('calm-own', 'dedicated'),
  calm('calm-space', 'namespace'),
  MOVER,
  ROUGH,
  GUEST_TENANT,
];

/** The one that comes and goes. */
export const GUEST = {
  tenant: GUEST_TENANT,
  entryArguments: (tenants: readonly TenantPlan[]): string[] => [
    ...['--tier', 'standard', '--route', GUEST_TENANT.route, '--lab'],
    ...['--network', `${networkOf(tenants.findIndex(({ id }) => id === GUEST_TENANT.id))}.0/24`],
    ...['--cap', String(GUEST_TENANT.cap), '--intake', '20000', '--queue', '20000'],
    ...['--key', 'upgrade.soak_seconds=0', 'upgrade.recovery_seconds=60'],
  ],
};

export const VERSIONS = [FIRST_VERSION, ...IMAGE_VERSIONS];
/** So that there is something to do. */
export const nextVersion = (running: string): string =>
  VERSIONS[(VERSIONS.indexOf(running) + 1) % VERSIONS.length] ?? FIRST_VERSION;

export const ANY_END: readonly ReasonCode[] = REASON_CODES;
const ENDS: Readonly<Record<Manner, readonly ReasonCode[]>> = {
  flood: ['UPGRADED', 'ALREADY_RUNNING', 'RATE_LIMITED', 'QUEUE_FULL'],
  calm: ['UPGRADED'],
  rough: ANY_END,
  guest: ['UPGRADED', 'ALREADY_RUNNING', 'CANCELLED_BY_OPERATOR', 'TENANT_DRAINING', 'UNKNOWN_TENANT'],
};

/** Most of a flood is for so many routers. */
const HOT_ROUTERS = 3;
const HOT_SHARE = 0.7;
/** So many requests of a calm tenant may be unanswered: how fast it can be served depends on the machine. */
const CALM_OPEN = 4;

/** `ended`: how many of the tenant's requests have their terminal by now; `absent`: whether nothing is to be asked for. */
export function streamOf(
  tenant: ChaosTenant,
  rate: number,
  choices: Choices,
  ended: () => number,
  absent: () => boolean,
): RequestStream {
  const { id, routers, manner } = tenant;
  let sent = 0;
  const waits = () => absent() || (manner !== 'flood' && sent - ended() >= CALM_OPEN);
  const stream = numbered(rate * tenant.perSecond, (number) => {
    sent += 1;
    const router = () => {
      switch (manner) {
        case 'flood':
          return 1 + choices.below(choices.chance(HOT_SHARE) ? Math.min(HOT_ROUTERS, routers) : routers);
        case 'calm':
        case 'rough':
        case 'guest':
          return 1 + (number % routers);
      }
    };
    // Each router gets the versions in turn, so that there is something to be done.
    const round = 1 + Math.floor(number / routers);
    return {
      ...routerOf(CHAOS_TENANTS, id, router()),
      softwareVersion:
        manner === 'flood' ? choices.pick(VERSIONS) : (VERSIONS[round % VERSIONS.length] ?? FIRST_VERSION),
      mayEnd: ENDS[manner],
    };
  });
  return { ...stream, waits };
}
