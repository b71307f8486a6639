import { type Registry, type RegistryDiff, type StopOrder } from './registry.js';
import { type RegistryFault } from './registry-fault.js';
import { type EntryKey, type TenantEntry } from './tenant-entry.js';
import { type Leaving } from './tenant.js';
import { type Route } from './tier.js';

/** What becomes of the tenants that a whole file does not name. */
export type Missing = 'keep' | Leaving | 'remove';

/** One order to the registry. It is taken as a whole or not at all. */
export type RegistryEdit =
  | { readonly kind: 'add'; readonly entry: TenantEntry }
  /** Sets some keys of an entry; a null takes away what it says, so that its tier or the platform decides. */
  | { readonly kind: 'set'; readonly id: string; readonly keys: { readonly [K in EntryKey]?: unknown } }
  /** Takes the entry out at once. What the tenant still has running is not looked after: see `leave`. */
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'pause' | 'resume'; readonly id: string }
  /** It is being removed: nothing new is taken. `stay` takes that back. */
  | { readonly kind: 'leave'; readonly id: string; readonly how: Leaving }
  | { readonly kind: 'stay'; readonly id: string }
  /** Begins the move to a route in another namespace; its epoch is the revision of this change. Ordered again, it changes nothing. */
  | { readonly kind: 'move'; readonly id: string; readonly to: Route }
  /** Takes back the move of this epoch. */
  | { readonly kind: 'stop-move'; readonly id: string; readonly epoch: number }
  /** Where the tenant's work runs from now on. To another namespace only as the end of the move of `epoch`. */
  | { readonly kind: 'route'; readonly id: string; readonly route: Route; readonly epoch?: number }
  | { readonly kind: 'pause-platform'; readonly order: StopOrder }
  | { readonly kind: 'resume-platform' }
  | { readonly kind: 'stop-version'; readonly softwareVersion: string; readonly order: StopOrder }
  | { readonly kind: 'allow-version'; readonly softwareVersion: string }
  /**
   * Makes the entries those of a file that `parseRegistry` has read. Pauses, moves and removals under way stay as they are; a
   * file that does not say which networks are the platform's own leaves those too.
   */
  | {
      readonly kind: 'apply';
      readonly file: Registry;
      readonly saysPlatformNetworks: boolean;
      readonly missing: Missing;
    };

export type RegistryEdited =
  | {
      readonly ok: true;
      /** The same object where nothing changes. */
      readonly registry: Registry;
      readonly diff: RegistryDiff;
      /** Ids whose entries are to be written, or to be taken out where `registry` has none; with them always the platform's own. */
      readonly written: readonly string[];
      readonly changesNothing: boolean;
    }
  /** Every fault at once; nothing is changed. */
  | { readonly ok: false; readonly faults: readonly RegistryFault[] };
