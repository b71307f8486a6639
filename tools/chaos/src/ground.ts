import {
  type Choices,
  type RequestLoad,
  type SentRequest,
  type StatusWatch,
  type TenantPlatform,
} from '@vecino/path-tests';
import { type Service } from '@vecino/devstack';
import { type HonestSender } from './honest-sender.js';
import { type Rack } from './rack.js';

/** What a fault finds: a platform under load. */
export interface Ground {
  readonly platform: TenantPlatform;
  readonly rack: Rack;
  /** Of faults alone: how many the load makes depends on the time. */
  readonly choices: Choices;
  readonly load: RequestLoad;
  readonly watch: StatusWatch;
  readonly sender: HonestSender;
  /** Tenants that are asked for nothing at the moment. */
  readonly absent: Set<string>;
}

/** Requests that have no end yet. */
export const openRequests = ({ load, watch }: Ground): number => load.ledger.length - watch.ended();

/** Those of one tenant. */
export const openRequestsOf = ({ load, watch }: Ground, id: string): readonly SentRequest[] =>
  load.ledger.filter(
    ({ tenantId, deploymentId }) => tenantId === id && watch.endedAt(tenantId, deploymentId) === undefined,
  );

/** What is tried: the simulator of routers is none of them. */
export const servicesOf = ({ path }: TenantPlatform): readonly Service[] =>
  path.platform.services.filter(({ name }) => name !== 'router-simulator');
