import { createHash } from 'node:crypto';
import { type Fate, TAKEN } from './fate.js';
import type { MakePoison, Poison, PoisonClass, PoisonContext } from './poison-class.js';
import { ipv4Of, ipv6Of, LEAVING, ORDERING, platformIpv4, REMOVED } from './poison-tenants.js';
import { avro } from './request-record.js';
import type { Codec } from './wire/compression.js';

/** A record that is to be sent, and what must become of it. */
export interface PlannedRecord {
  /** Of its class; `good` where there is nothing bad about it. */
  readonly className: string;
  readonly n: number;
  readonly fate: Fate;
  readonly poison: Poison;
  readonly canary: string;
  /** Whose status topic may tell of it. */
  readonly tenantId: string;
  readonly partition: number;
  readonly codec: Codec;
}

export interface PoisonPlanOptions {
  readonly seed: string;
  readonly classes: readonly PoisonClass[];
  /** Records of each class. */
  readonly each: number;
  /** Good requests of each tenant in each round. */
  readonly good: number;
  readonly partitions: number;
}

export const GOOD = 'good';
const CANARY_DIGITS = 20;
/** Has no divisor in common with the number of partitions, so that a class comes to each of them. */
const PARTITION_STEP = 7;
export const CANARY_PATTERN = /cny[0-9a-f]{20}/g;

/**
 * Rounds of one record of each class and good requests of each tenant, in an order that the seed gives. Pure. Tenants and
 * partitions take turns; a record that belongs to the one before follows it at once, on its partition.
 */
export const planPoison = (options: PoisonPlanOptions): PlannedRecord[][] =>
  Array.from({ length: options.each }, (_, n) => planRound(options, n));

function planRound(options: PoisonPlanOptions, n: number): PlannedRecord[] {
  const { classes, good, seed } = options;
  const bad = classes.map((one, at) => planClass(options, one, n, at));
  const fine = Array.from({ length: good * ORDERING.length }, (_, i) => [
    planGood(options, n, classes.length + i),
  ]);
  const order = (group: readonly PlannedRecord[]): string => digestOf(seed, `order ${group[0]?.canary}`);
  return [...bad, ...fine].sort((a, b) => (order(a) < order(b) ? -1 : 1)).flat();
}

/** One good request of each tenant on each partition: when they have ended, what was sent before has been looked at. */
export const planLast = (options: PoisonPlanOptions): PlannedRecord[] =>
  Array.from({ length: options.partitions * ORDERING.length }, (_, at) => ({
    ...planGood(options, options.each, at),
    partition: Math.floor(at / ORDERING.length),
  }));

function planClass(
  options: PoisonPlanOptions,
  { name, fate, make, first, codec = 'none' }: PoisonClass,
  n: number,
  at: number,
): PlannedRecord[] {
  const context = contextOf(options, n, at);
  const record = (
    className: string,
    of: { readonly fate: Fate; readonly make: MakePoison },
  ): PlannedRecord => {
    const poison = of.make(n, context);
    const tenantId = poison.tenantId ?? context.tenantId;
    return { ...commonOf(options, n, at, context), className, fate: of.fate, poison, tenantId, codec };
  };
  return [...(first ? [record(`${name}, first`, first)] : []), record(name, { fate, make })];
}

function planGood(options: PoisonPlanOptions, n: number, at: number): PlannedRecord {
  const context = contextOf(options, n, at);
  const common = commonOf(options, n, at, context);
  return {
    ...common,
    className: GOOD,
    fate: TAKEN,
    poison: avro(context),
    tenantId: context.tenantId,
    codec: 'none',
  };
}

const commonOf = ({ partitions }: PoisonPlanOptions, n: number, at: number, { canary }: PoisonContext) => ({
  n,
  canary,
  partition: (at + n * PARTITION_STEP) % partitions,
});

/** Of the record at that place in that round. Pure; no two have a router or a canary in common. */
export function contextOf(options: PoisonPlanOptions, n: number, at: number): PoisonContext {
  const { seed, classes, good, partitions } = options;
  const inRound = Math.max(classes.length + good * ORDERING.length, partitions * ORDERING.length);
  const router = 1 + n * inRound + at;
  const tenantAt = (place: number): string => ORDERING[place % ORDERING.length] as string;
  return {
    canary: `cny${digestOf(seed, `canary ${n} ${at}`).slice(0, CANARY_DIGITS)}`,
    tenantId: tenantAt(n + at),
    ipv4: ipv4Of(tenantAt(n + at), router),
    ipv6: ipv6Of(tenantAt(n + at), router),
    foreignIpv4: ipv4Of(tenantAt(n + at + 1), router),
    platformIpv4: platformIpv4(router),
    removedTenantId: REMOVED,
    leavingTenantId: LEAVING,
    leavingIpv4: ipv4Of(LEAVING, router),
  };
}

const digestOf = (seed: string, what: string): string =>
  createHash('sha256').update(`${seed} ${what}`).digest('hex');
