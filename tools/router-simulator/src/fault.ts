import { ACTIVATE_ERROR_TYPES, INSTALL_ERROR_TYPES, RPC_CODES } from '@vecino/upgrade';
import { z } from 'zod';
import { ALARM_SEVERITIES } from './alarm-table.js';
import { ABSENT_CONDITIONS } from './supervisor.js';

/** When a fault strikes: at each opportunity in turn, after those it lets pass. */
const strikes = {
  /** How often it strikes before the router behaves again. */
  times: z.int().min(1).default(1),
  /** Opportunities it lets pass first: with 1, the second Reboot or the second boot is hit. */
  skip: z.int().min(0).default(0),
  /** Chance at each opportunity, from the router's seed. */
  probability: z.number().min(0).max(1).default(1),
};

const bytes = z.int().min(0);
const milliseconds = z.int().min(1);
/** Left out: for good. */
const forMs = milliseconds.optional();
const installErrorType = z.enum(INSTALL_ERROR_TYPES);
const detail = z.string().default('injected');

/** Unary calls and Install, by the name of their method. */
export const RPC_METHODS = [
  'Install',
  'Activate',
  'Verify',
  'Time',
  'Reboot',
  'RebootStatus',
  'CancelReboot',
  'Capabilities',
  'Get',
] as const;
export type RpcMethod = (typeof RPC_METHODS)[number];

/** What a router can be told to do wrong. */
export const faultSchema = z.discriminatedUnion('kind', [
  // Any call
  /** All calls are refused with UNAVAILABLE: `times` of them, or for a time that begins with the first. */
  z.strictObject({ kind: z.literal('unavailable'), forMs, ...strikes }),
  /** One call is refused with this gRPC status and has no effect. */
  z.strictObject({
    kind: z.literal('call-error'),
    rpc: z.enum(RPC_METHODS),
    code: z.enum(RPC_CODES),
    detail,
    ...strikes,
  }),

  /** Thinks about one call for so long before it does what it is asked to. */
  z.strictObject({
    kind: z.literal('slow-call'),
    rpc: z.enum(RPC_METHODS).exclude(['Install']),
    ms: milliseconds,
    ...strikes,
  }),

  // Install
  z.strictObject({
    kind: z.literal('install-error'),
    type: installErrorType,
    detail,
    /** The specification ends the stream without an error after the message; many targets send both. */
    alsoRpcError: z.boolean().default(false),
    /** Instead of at the request: once so many bytes have arrived. */
    atByte: bytes.optional(),
    /** Instead of at the request: after TransferEnd, or after the copy between supervisors. */
    afterEnd: z.boolean().default(false),
    /** Only an Install on this supervisor. */
    on: z.enum(['active', 'standby']).optional(),
    ...strikes,
  }),
  /** The connection breaks once this many bytes have been received. */
  z.strictObject({ kind: z.literal('drop-stream'), atByte: bytes, ...strikes }),
  /** Neither reads nor answers from this byte on. */
  z.strictObject({ kind: z.literal('hang-install'), atByte: bytes, forMs, ...strikes }),
  /** Does not answer TransferEnd. */
  z.strictObject({ kind: z.literal('hang-after-end'), forMs, ...strikes }),
  /** Takes no more than it can write. */
  z.strictObject({ kind: z.literal('slow-disk'), msPerMiB: milliseconds, ...strikes }),
  /** The package held another version than was asked for, and that one is installed. */
  z.strictObject({ kind: z.literal('validated-other'), version: z.string().min(1), ...strikes }),
  /** Both Validated and InstallError; nothing is installed. */
  z.strictObject({
    kind: z.literal('two-answers'),
    first: z.enum(['validated', 'install-error']),
    type: installErrorType.default('INTEGRITY_FAIL'),
    detail,
    ...strikes,
  }),

  // Activate and Reboot
  z.strictObject({
    kind: z.literal('activate-error'),
    type: z.enum(ACTIVATE_ERROR_TYPES),
    detail,
    ...strikes,
  }),
  /** The connection breaks instead of a reply to Activate; `activates` says whether it took effect all the same. */
  z.strictObject({ kind: z.literal('activate-lost-reply'), activates: z.boolean(), ...strikes }),
  /** The connection breaks instead of a reply to Reboot; `reboots` says whether the router reboots all the same. */
  z.strictObject({ kind: z.literal('reboot-lost-reply'), reboots: z.boolean(), ...strikes }),
  /** Reboot, or an Activate that reboots, is answered as accepted, and no reboot follows. */
  z.strictObject({ kind: z.literal('reboot-never-starts'), ...strikes }),
  /** The reboot begins so much later, and RebootStatus says until then that none is active. */
  z.strictObject({ kind: z.literal('active-lag'), forMs: milliseconds, ...strikes }),

  // Boot
  /** The router goes away and stays away until it is powered on through the control. */
  z.strictObject({ kind: z.literal('reboot-never-returns'), ...strikes }),
  /** The activated version does not come up and the former one is booted; strikes only where another one is activated. */
  z.strictObject({
    kind: z.literal('boots-old-image'),
    /** `activation_fail_message`; some targets say nothing. */
    message: z.string().default('the activated version failed to boot'),
    on: z.enum(['both', 'active', 'standby']).default('both'),
    ...strikes,
  }),
  /** Neither the activated nor the former version is booted. */
  z.strictObject({ kind: z.literal('boots-other-image'), version: z.string().min(1), ...strikes }),
  /** Verify says "in-progress" for this time after the boot. */
  z.strictObject({ kind: z.literal('in-progress'), forMs: milliseconds, ...strikes }),
  /** The standby supervisor is away after the boot. */
  z.strictObject({
    kind: z.literal('standby-late'),
    /** What Verify says of it meanwhile. */
    state: z.enum(ABSENT_CONDITIONS).default('UNAVAILABLE'),
    forMs,
    ...strikes,
  }),
  /** The first established BGP peer, or the one with this address, does not come back. */
  z.strictObject({ kind: z.literal('bgp-peer-down'), address: z.string().optional(), forMs, ...strikes }),
  /** The first interface that is up, or the one with this name, does not come back. */
  z.strictObject({ kind: z.literal('interface-down'), name: z.string().optional(), forMs, ...strikes }),
  /** A new alarm, until the next boot at the latest. */
  z.strictObject({
    kind: z.literal('alarm-raised'),
    id: z.string().min(1).default('injected-alarm'),
    severity: z.enum(ALARM_SEVERITIES).default('CRITICAL'),
    text: z.string().default('injected'),
    resource: z.string().default('chassis'),
    forMs,
    ...strikes,
  }),
  /** Images that are neither run nor booted next are gone after the boot. */
  z.strictObject({ kind: z.literal('old-image-purged'), ...strikes }),
  /** The router reboots by itself so long after a boot, after it has validated an Install, or after an Activate. */
  z.strictObject({
    kind: z.literal('crash-reboot'),
    afterMs: milliseconds,
    at: z.enum(['boot', 'install', 'activate']).default('boot'),
    /** What comes up: what was activated, or what ran before. */
    boots: z.enum(['activated', 'running']).default('activated'),
    ...strikes,
  }),

  // Clock
  /** The router's clock is set forward, or back, when this happens to it. */
  z.strictObject({
    kind: z.literal('clock-step'),
    ms: z.int(),
    at: z.enum(['install', 'activate', 'reboot', 'boot']).default('boot'),
    ...strikes,
  }),
]);

export type FaultSettings = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;
