import { FIRST_VERSION, IMAGE_VERSIONS } from '@vecino/cli';
import { type ReasonCode } from '@vecino/foundation';
import { type RegistryEdit, type Route } from '@vecino/tenancy';
import { type Fault } from './faults.js';
import { numbered, type RequestStream } from './request-stream.js';
import { type Choices } from './seeded-choices.js';
import { intakeOf, routerOf, type TenantPlan } from './tenant-plan.js';

/** A tenant under soak, with what it asks for. */
export interface SoakTenant extends TenantPlan {
  readonly perSecond: number;
  /** `flood`: much more than it may have, most of it for the first few routers. `quiet`: one router after the other, never limited. */
  readonly manner: 'flood' | 'quiet';
}

const flood = (tenant: TenantPlan, perSecond: number): SoakTenant => ({
  ...tenant,
  perSecond,
  manner: 'flood',
});
const quiet = (id: string, route: Route): SoakTenant => ({
  id,
  route,
  cap: 5,
  routers: 12,
  perSecond: 0.2,
  manner: 'quiet',
});

export const SOAK_TENANTS: readonly SoakTenant[] = [
  flood({ id: 'torrent', route: 'pooled', cap: 4, intake: 60, queue: 30, routers: 24 }, 8),
  flood({ id: 'narrow', route: 'queue', cap: 2, intake: 25, queue: 10, routers: 3 }, 1),
  flood({ id: 'own-flood', route: 'dedicated', cap: 2, intake: 40, queue: 10, routers: 12 }, 2),
  quiet('calm-pool', 'pooled'),
  quiet('calm-queue', 'queue'),
  quiet('calm-own', 'dedicated'),
  quiet('calm-space', 'namespace'),
];

/** Most of a flood is for so many routers. */
const HOT_ROUTERS = 3;
const HOT_SHARE = 0.7;
const VERSIONS = [FIRST_VERSION, ...IMAGE_VERSIONS];

const QUIET_ENDS: readonly ReasonCode[] = ['UPGRADED'];
const FLOOD_ENDS: readonly ReasonCode[] = ['UPGRADED', 'ALREADY_RUNNING', 'RATE_LIMITED', 'QUEUE_FULL'];

export const streamOf = (tenant: SoakTenant, choices: Choices): RequestStream => {
  const { id, routers, perSecond } = tenant;
  return numbered(perSecond, (number) => {
    switch (tenant.manner) {
      case 'flood': {
        const among = choices.chance(HOT_SHARE) ? Math.min(HOT_ROUTERS, routers) : routers;
        return {
          ...routerOf(SOAK_TENANTS, id, 1 + choices.below(among)),
          softwareVersion: choices.pick(VERSIONS),
          mayEnd: FLOOD_ENDS,
        };
      }
      case 'quiet': {
        // Each router gets the versions in turn, so that there always is something to be done.
        const round = Math.floor(number / routers);
        return {
          ...routerOf(SOAK_TENANTS, id, 1 + (number % routers)),
          softwareVersion: VERSIONS[(1 + round) % VERSIONS.length] ?? FIRST_VERSION,
          mayEnd: QUIET_ENDS,
        };
      }
    }
  });
};

/** What is struck in one turn of a campaign, in an order of its own each time. */
export const FAULTS: readonly Fault[] = [
  { kind: 'kill', service: 'worker-shared' },
  { kind: 'freeze', service: 'worker-shared-2' },
  { kind: 'kill', service: 'worker-dedicated-own-flood' },
  { kind: 'freeze', service: 'worker-dedicated-own-flood' },
  { kind: 'kill', service: 'ingest' },
  { kind: 'freeze', service: 'ingest-2' },
  { kind: 'kill', service: 'status-projector' },
  { kind: 'kill-redis' },
  { kind: 'flush-redis' },
  { kind: 'freeze-redis' },
];

/** Where there is time for a few only. */
export const FEW_FAULTS: readonly Fault[] = [
  { kind: 'kill', service: 'worker-shared' },
  { kind: 'kill', service: 'ingest' },
];

/** A limit of a flooding tenant that is changed live. */
export interface LimitOrder {
  readonly tenantId: string;
  readonly limit: 'cap' | 'intake';
  readonly value: number;
}

/** One between any two faults: lowered, then raised again. */
export function limitOrder(turn: number): LimitOrder {
  const floods = SOAK_TENANTS.filter(({ manner }) => manner === 'flood');
  const tenant = floods[Math.floor(turn / 4) % floods.length] as SoakTenant;
  const lowered = turn % 2 === 0;
  const limit = turn % 4 < 2 ? 'cap' : 'intake';
  const planned = limit === 'cap' ? tenant.cap : intakeOf(tenant);
  return { tenantId: tenant.id, limit, value: lowered ? Math.ceil(planned / 2) : planned };
}

export const editOf = ({ tenantId, limit, value }: LimitOrder): RegistryEdit => ({
  kind: 'set',
  id: tenantId,
  keys: {
    [limit === 'cap' ? 'limits.max_concurrent_workflows_per_tenant' : 'limits.intake_per_60_s']: value,
  },
});
