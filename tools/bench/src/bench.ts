import type { Progress } from '@vecino/devstack';
import type { BenchReport } from './report.js';

export interface BenchContext {
  readonly rounds: number;
  /** Size of the image to send, where one is sent. */
  readonly mib?: number;
  readonly progress: Progress;
  print(line: string): void;
}

/** One benchmark: everything it compares runs side by side, warmed up, rounds interleaved. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  readonly defaultRounds: number;
  run(context: BenchContext): Promise<Pick<BenchReport, 'rounds' | 'ratio' | 'figures'>>;
}
