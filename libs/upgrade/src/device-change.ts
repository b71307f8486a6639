import type { Alarm } from './device-snapshot.js';
import type { Check } from './upgrade-policy.js';

/** What a snapshot may leave out because the router does not report it. */
export type Facet = Exclude<Check, 'standby'> | 'free-space';

/** One difference between a router before and after, in the words of the models it was read from. */
export type DeviceChange =
  | { readonly kind: 'version'; readonly before: string; readonly after: string }
  | { readonly kind: 'boot-time'; readonly before: string; readonly after: string }
  /** In the words of `standbyText`. The same words twice: it stayed on its version where the active supervisor did not. */
  | { readonly kind: 'standby'; readonly before: string; readonly after: string }
  | { readonly kind: 'interface-down'; readonly name: string }
  | { readonly kind: 'interface-up'; readonly name: string }
  | { readonly kind: 'peer-lost'; readonly name: string }
  | { readonly kind: 'peer-gained'; readonly name: string }
  | { readonly kind: 'alarm-raised'; readonly alarm: Alarm }
  | { readonly kind: 'alarm-cleared'; readonly alarm: Alarm }
  /** A facet that was reported before and is not any more. */
  | { readonly kind: 'not-reported'; readonly facet: Facet }
  | { readonly kind: 'free-space'; readonly beforeBytes: number; readonly afterBytes: number };
