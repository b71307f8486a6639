import { type Choices, type RequestLoad, type StatusWatch, type TenantPlatform } from '@vecino/path-tests';
import { type Producer } from 'kafkajs';
import { type Rack } from './rack.js';

/** What a fault finds: a platform under load. */
export interface Ground {
  readonly platform: TenantPlatform;
  readonly rack: Rack;
  readonly choices: Choices;
  readonly load: RequestLoad;
  readonly watch: StatusWatch;
  readonly producer: Producer;
  /** Requests that a fault sends count as everybody's. */
  readonly extra: ExtraRequests;
  /** Tenants that are asked for nothing at the moment. */
  readonly absent: Set<string>;
}

/** What faults send beside the load. */
export interface ExtraRequests {
  /** Records that must become dead letters and nothing else, by their key. */
  readonly poison: string[];
}

/** Requests that have no end yet. */
export const openRequests = ({ load, watch }: Ground): number => load.ledger.length - watch.ended();
