/** `poor` works, but worse or slower than it could; `bad` will not work. */
export type Verdict = 'good' | 'poor' | 'bad';

export interface Finding {
  readonly subject: string;
  readonly verdict: Verdict;
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}
