import type { Alarm } from './device-snapshot.js';

/** One difference between a router before and after, in the words of the models it was read from. */
export type DeviceChange =
  | { readonly kind: 'version'; readonly before: string; readonly after: string }
  | { readonly kind: 'boot-time'; readonly before: string; readonly after: string }
  | { readonly kind: 'standby'; readonly before: string; readonly after: string }
  | { readonly kind: 'interface-down'; readonly name: string }
  | { readonly kind: 'interface-up'; readonly name: string }
  | { readonly kind: 'peer-lost'; readonly name: string }
  | { readonly kind: 'peer-gained'; readonly name: string }
  | { readonly kind: 'alarm-raised'; readonly alarm: Alarm }
  | { readonly kind: 'alarm-cleared'; readonly alarm: Alarm }
  /** A facet that was reported before and is not any more. */
  | { readonly kind: 'not-reported'; readonly facet: 'interfaces' | 'bgp-peers' | 'alarms' | 'free-space' }
  | { readonly kind: 'free-space'; readonly beforeBytes: number; readonly afterBytes: number };
