import { type Choices, type RequestLoad, type StatusWatch, type TenantPlatform } from '@vecino/path-tests';
import { type Service } from '@vecino/devstack';
import { type HonestSender } from './honest-sender.js';
import { type Rack } from './rack.js';

/** What a fault finds: a platform under load. */
export interface Ground {
  readonly platform: TenantPlatform;
  readonly rack: Rack;
  readonly choices: Choices;
  readonly load: RequestLoad;
  readonly watch: StatusWatch;
  readonly sender: HonestSender;
  /** Tenants that are asked for nothing at the moment. */
  readonly absent: Set<string>;
}

/** Requests that have no end yet. */
export const openRequests = ({ load, watch }: Ground): number => load.ledger.length - watch.ended();

/** What is tried: the simulator of routers is none of them. */
export const servicesOf = ({ path }: TenantPlatform): readonly Service[] =>
  path.platform.services.filter(({ name }) => name !== 'router-simulator');
