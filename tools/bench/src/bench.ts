import type { Progress } from '@vecino/devstack';
import type { BenchReport } from './report.js';
import type { ChosenSizes, Sizes } from './sizes.js';

export interface BenchContext {
  readonly rounds: number;
  /** Size of the image to send, where one is sent. */
  readonly mib?: number;
  readonly sizes: ChosenSizes;
  /** Those of the bench's parts that are to be run. */
  readonly parts: readonly string[];
  readonly progress: Progress;
  print(line: string): void;
}

/** One benchmark: everything it compares runs side by side, warmed up, rounds interleaved. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  readonly defaultRounds: number;
  /** What can be chosen with `--size`, and the defaults. */
  readonly sizes?: Sizes;
  /** What can be chosen with `--only`. */
  readonly parts?: readonly string[];
  run(context: BenchContext): Promise<Pick<BenchReport, 'rounds' | 'ratio' | 'figures' | 'bars'>>;
}
