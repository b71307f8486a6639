import { type Cidr } from '@vecino/foundation';
import { type Controls } from './registry.js';
import { type RegistryFault } from './registry-fault.js';

/** What an order asks for, not yet judged. */
export interface EditDraft {
  /** Entries as they are to be; undefined for one that goes. */
  readonly entries: ReadonlyMap<string, unknown>;
  readonly platformNetworks?: readonly Cidr[];
  readonly controls?: Omit<Controls, 'revision'>;
  /** The order itself makes no sense here. */
  readonly faults: readonly RegistryFault[];
}

export const NO_CHANGE: EditDraft = { entries: new Map(), faults: [] };

export const draftEntry = (id: string, value: unknown): EditDraft => ({
  entries: new Map([[id, value]]),
  faults: [],
});

export const refusal = (tenant: string, key: string, reason: string): EditDraft => ({
  ...NO_CHANGE,
  faults: [{ tenant, key, reason }],
});
