import { type Cidr, type TenantId } from '@vecino/foundation';
import { type UpgradePolicy } from '@vecino/upgrade';
import { type ImageRules } from './image-rules.js';
import { type Route, type TenantLimits, type Tier } from './tier.js';

export const STATUS_FORMATS = ['avro', 'json'] as const;
export type StatusFormat = (typeof STATUS_FORMATS)[number];

/** How a tenant that is being removed goes: what it has accepted still runs, or is cancelled. */
export const LEAVING = ['drain', 'cancel'] as const;
export type Leaving = (typeof LEAVING)[number];

/** How the tenant's routers are reached. */
export interface DeviceAccess {
  /** TCP port of gNOI and gNMI; the platform's default where undefined. */
  readonly port?: number;
  readonly tls: boolean;
}

/** A move between namespaces that is under way. */
export interface TenantMoving {
  readonly to: Route;
  /** Grows with each move of the tenant. */
  readonly epoch: number;
}

/** A move between namespaces that is decided: the tenant is on its new route. */
export interface TenantMoved {
  readonly from: Route;
  readonly epoch: number;
}

/** A customer, with every default filled in. */
export interface Tenant {
  readonly id: TenantId;
  /** For people. */
  readonly name: string;
  readonly tier: Tier;
  readonly route: Route;
  readonly limits: TenantLimits;
  /** Where its routers are; no two tenants' networks overlap. */
  readonly networks: readonly Cidr[];
  readonly device: DeviceAccess;
  readonly statusFormat: StatusFormat;
  /** What it asks of the upgrade of its routers. */
  readonly upgrade: UpgradePolicy;
  readonly images: ImageRules;
  /** Routers at loopback, link-local or multicast addresses are allowed: simulators. */
  readonly lab: boolean;
  /** Nothing new is started. */
  readonly paused: boolean;
  /** It is being removed: nothing new is taken, and what was accepted is drained or cancelled. */
  readonly leaving?: Leaving;
  /** It is on its way to a route in another namespace; `route` is where it still is. */
  readonly moving?: TenantMoving;
  /** The last move between namespaces, once it is decided. */
  readonly moved?: TenantMoved;
  /** Grows with each change of this entry. */
  readonly revision: number;
}
