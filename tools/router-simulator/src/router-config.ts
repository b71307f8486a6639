import { NAME_PATTERN } from '@vecino/foundation';
import { z } from 'zod';
import { ALARM_SEVERITIES } from './alarm-table.js';
import { faultSchema } from './fault.js';
import { STANDBY_CONDITIONS } from './supervisor.js';

const version = z.string().regex(NAME_PATTERN);
const milliseconds = z.int().min(0);
const text = z.string().min(1);

export const interfaceSchema = z.strictObject({
  name: text,
  adminStatus: z.enum(['UP', 'DOWN']).default('UP'),
  /** As `oper-status` of openconfig-interfaces, once it has come up. */
  operStatus: z.enum(['UP', 'DOWN', 'TESTING', 'DORMANT', 'LOWER_LAYER_DOWN']).default('UP'),
});
export type InterfaceConfig = z.output<typeof interfaceSchema>;

export const bgpPeerSchema = z.strictObject({
  networkInstance: text.default('DEFAULT'),
  /** Name of the BGP protocol instance. */
  protocol: text.default('BGP'),
  address: z.union([z.ipv4(), z.ipv6()]),
  /** As `session-state` of openconfig-bgp, once it has come up. */
  sessionState: z
    .enum(['IDLE', 'CONNECT', 'ACTIVE', 'OPENSENT', 'OPENCONFIRM', 'ESTABLISHED'])
    .default('ESTABLISHED'),
});
export type BgpPeerConfig = z.output<typeof bgpPeerSchema>;

export const alarmSchema = z.strictObject({
  id: text,
  severity: z.enum(ALARM_SEVERITIES).default('MAJOR'),
  text: z.string().default(''),
  resource: z.string().default(''),
});
export type AlarmConfig = z.output<typeof alarmSchema>;

const standbySchema = z.strictObject({
  id: text.default('RP1'),
  condition: z.enum(STANDBY_CONDITIONS).default('present'),
  /** As the active one's where it is left out. */
  runningVersion: version.optional(),
  /** Besides the running one. */
  installedVersions: z.array(version).default([]),
});

const supervisorsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('single') }),
  z.strictObject({
    kind: z.literal('dual'),
    /** One Install for each supervisor, or one for both. */
    install: z.enum(['individual', 'whole-chassis']),
    /** What Verify says about that; the truth where it is left out. */
    claimsIndividual: z.boolean().optional(),
    standby: standbySchema.prefault({}),
  }),
]);

export const GNMI_ENCODINGS = ['JSON', 'BYTES', 'PROTO', 'ASCII', 'JSON_IETF'] as const;
export type GnmiEncoding = (typeof GNMI_ENCODINGS)[number];

/** What a router can leave out of its gNMI tree. */
export const FACETS = ['interfaces', 'bgp', 'alarms', 'components', 'mount-points'] as const;
export type Facet = (typeof FACETS)[number];

const DEFAULT_INTERFACES = ['eth0', 'eth1', 'eth2', 'eth3'].map((name) => ({ name }));
const DEFAULT_PEERS = ['192.0.2.1', '192.0.2.2'].map((address) => ({ address }));

/** One router. Times in milliseconds. */
export const routerConfigSchema = z.strictObject({
  routerId: z.string().regex(NAME_PATTERN),
  /** Where it listens; 127.0.0.0/8 needs no configuration of the machine. */
  address: z.union([z.ipv4(), z.ipv6()]),
  /** 0 takes any free port, and keeps it over reboots. */
  port: z.int().min(0).max(65_535).default(9339),
  runningVersion: version,
  /** Versions on its disk besides the running one. */
  installedVersions: z.array(version).default([]),
  supervisors: supervisorsSchema.default({ kind: 'single' }),
  manufacturer: text.default('Vecino'),
  model: text.default('VX-1'),
  interfaces: z.array(interfaceSchema).prefault(DEFAULT_INTERFACES),
  bgpPeers: z.array(bgpPeerSchema).prefault(DEFAULT_PEERS),
  alarms: z.array(alarmSchema).default([]),
  /** Between accepting Reboot and going away. */
  rebootStartMs: milliseconds.default(20),
  /** How long it is away. */
  rebootMs: z.int().min(1).default(500),
  /** From the gRPC server's return to the interfaces', and to the BGP peers'. */
  interfacesUpMs: milliseconds.default(10),
  bgpPeersUpMs: milliseconds.default(50),
  /** How long the check of a received package takes. */
  validateMs: milliseconds.default(0),
  /** How long a copy from one supervisor to the other takes. */
  syncMs: milliseconds.default(20),
  freeBytes: z
    .int()
    .min(0)
    .default(16 * 1024 ** 3),
  mountPoint: text.default('/images'),
  /** What becomes of Activate with `no_reboot`: as specified, rebooted at once all the same, or refused as UNIMPLEMENTED. */
  noReboot: z.enum(['honoured', 'reboots', 'unimplemented']).default('honoured'),
  /** Verify says "in-progress" from Activate until the reboot, as some targets do. */
  earlyInProgress: z.boolean().default(false),
  /** Whether the `boot-time` leaf moves when the clock is set, as one worked out from the uptime does. */
  bootTimeFollowsClock: z.boolean().default(false),
  /** How far a reading of such a boot time is off at the most, either way. */
  bootTimeJitterMs: milliseconds.default(3),
  /** An activated version that was not booted stays the one to boot next; forgotten where this is false. */
  keepsActivation: z.boolean().default(false),
  /** A container is answered as one JSON object in the JSON encodings; leaf by leaf where this is false. */
  jsonSubtrees: z.boolean().default(true),
  gnmiEncodings: z.array(z.enum(GNMI_ENCODINGS)).min(1).default(['JSON', 'PROTO', 'ASCII', 'JSON_IETF']),
  /** Parts of the gNMI tree that it does not have: NOT_FOUND. */
  omits: z.array(z.enum(FACETS)).default([]),
  faults: z.array(faultSchema).default([]),
});

/** As written by hand: what has a default may be left out. */
export type RouterSettings = z.input<typeof routerConfigSchema>;
export type RouterConfig = z.output<typeof routerConfigSchema>;
