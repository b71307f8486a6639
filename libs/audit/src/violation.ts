import type { CaseFile } from './case-file.js';

/** As the table of docs/reliability.md numbers them. */
export const INVARIANTS = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I7',
  'I8',
  'I9',
  'I10',
  'I11',
  'I12',
  'I13',
  'I14',
] as const;

export type InvariantId = (typeof INVARIANTS)[number];

/** One breach of an invariant. */
export interface Violation {
  readonly invariant: InvariantId;
  /** What it happened to: `<tenant>/<deployment>`, a router, a tenant, a record's place. */
  readonly subject: string;
  /** One sentence. */
  readonly text: string;
  /** The fewest records that show it, whole. */
  readonly records: readonly object[];
}

/** A violation before it is said of which invariant. */
export type Finding = Omit<Violation, 'invariant'>;

/** What a judge of one invariant found. */
export interface Verdict {
  readonly findings: readonly Finding[];
  /** How many subjects it looked at: none show nothing. */
  readonly judged: number;
}

/** Judges one invariant. Pure; linear in the records, or n log n. */
export type Judge = (file: CaseFile) => Verdict;
