import type { Fate } from './fate.js';
import type { Codec } from './wire/compression.js';
import type { RawRecord } from './wire/raw-record.js';

/** What a class is made for: one tenant, and one router that no other record names. */
export interface PoisonContext {
  /** Random, and of this record alone; fits every grammar. */
  readonly canary: string;
  readonly tenantId: string;
  /** Of the router, inside the tenant's networks. */
  readonly ipv4: string;
  readonly ipv6: string;
  /** Inside another tenant's networks. */
  readonly foreignIpv4: string;
  /** Inside the platform's own networks. */
  readonly platformIpv4: string;
  /** A tenant that was taken out of the registry. */
  readonly removedTenantId: string;
  /** A tenant that is being removed, and a router of it. */
  readonly leavingTenantId: string;
  readonly leavingIpv4: string;
}

/** One record of a class. */
export interface Poison {
  readonly record: RawRecord;
  /** The deployment's id where the record brings one that counts; else it is made from where the record lies. */
  readonly deploymentId?: string;
  /** Whose status topic may tell of it; that of the context unless said. */
  readonly tenantId?: string;
}

/** Pure: the same `n`, which makes a hundred of them differ, and the same context give the same record. */
export type MakePoison = (n: number, context: PoisonContext) => Poison;

export const POISON_GROUPS = [
  'framing',
  'json',
  'avro',
  'schema',
  'codec',
  'size',
  'header',
  'id',
  'time and priority',
  'tenant',
  'address',
  'repetition',
] as const;
export type PoisonGroup = (typeof POISON_GROUPS)[number];

/** Records on `deployment-requests` that must not be taken as they are, or that look bad and must be taken all the same. */
export interface PoisonClass {
  readonly name: string;
  readonly group: PoisonGroup;
  /** One line for the documentation. */
  readonly what: string;
  readonly fate: Fate;
  readonly make: MakePoison;
  /** A record right before it on the same partition, under the same context. */
  readonly first?: { readonly fate: Fate; readonly make: MakePoison };
  /** Of the batch in which it comes; none unless said. */
  readonly codec?: Codec;
  /** What ingest must be configured with; without a schema registry unless said. */
  readonly needs?: 'schema registry' | 'no schema registry';
}

/** Classes of one group. */
export const inGroup = (
  group: PoisonGroup,
  classes: readonly Omit<PoisonClass, 'group'>[],
): readonly PoisonClass[] => classes.map((one) => ({ ...one, group }));

/** Takes turns with the choices. */
export const pick = <T>(choices: readonly T[], n: number): T => choices[n % choices.length] as T;
