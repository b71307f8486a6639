// What queries must have for an answer where the speed of the machine decides, in plain PromQL.

export interface Observed {
  /** Labels as they are scraped. */
  readonly by?: readonly string[];
  /** In braces. */
  readonly where?: string;
}

/**
 * The value below which 95 % of all that was observed in the run lie, as any window has it that is longer than the run. `histogram` as it
 * is scraped, without `_bucket`.
 */
export const p95 = (histogram: string, { by = [], where = '' }: Observed = {}): string =>
  p95Of(`${histogram}_bucket${where}`, by);

/** The same of the last five minutes: what there is now, without what there was then, or last before then where a fetch failed. */
export function recentP95(histogram: string, { by = [], where = '' }: Observed = {}): string {
  const buckets = `${histogram}_bucket${where}`;
  return p95Of(`${buckets} - (last_over_time(${buckets}[1h] offset 5m) or 0 * ${buckets})`, by);
}

const p95Of = (buckets: string, by: readonly string[]): string =>
  `histogram_quantile(0.95, sum by (${[...by, 'le'].join(', ')}) (${buckets}))`;
