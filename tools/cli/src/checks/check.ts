import { type Repository } from '../repository.js';

export const SECTIONS = [
  'format',
  'lint',
  'types',
  'boundaries',
  'dependencies',
  'licences',
  'generated',
  'unit',
  'integration',
] as const;
export type Section = (typeof SECTIONS)[number];

/** How many things held and how many did not. A check of one thing counts one. */
export interface CheckOutcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  /** What to read when something failed. */
  readonly output: string;
}

/** One thing that `vecino test` looks at. */
export interface Check {
  readonly section: Section;
  readonly title: string;
  /** Shows by itself how far it is. */
  readonly isLive?: boolean;
  run(repository: Repository): Promise<CheckOutcome>;
}

export const held = (output = ''): CheckOutcome => ({ passed: 1, failed: 0, output });
export const broken = (output: string): CheckOutcome => ({ passed: 0, failed: 1, output });

/** Holds when there is nothing to complain about. */
export const heldUnless = (complaints: readonly string[]): CheckOutcome =>
  complaints.length === 0 ? held() : broken(complaints.join('\n'));
