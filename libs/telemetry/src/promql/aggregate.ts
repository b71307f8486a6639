import type { LabelName } from '../metrics/labels.js';
import type { GaugeSpec, HistogramSpec } from '../metrics/metric.js';
import { prometheusLabel } from '../metrics/prometheus-name.js';
import { buckets, type LabelOf, series, type Where } from './selector.js';

/** A duration of PromQL that stands for itself, with one unit. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

/** The same, or a dashboard's variable for one. */
export type Window = Duration | `$__${string}`;

/** `by (…)` of labels of the catalogue, or of `le`. */
export const by = (...labels: readonly (LabelName | 'le')[]): string =>
  labels.length === 0 ? '' : `by (${labels.map(prometheusLabel).join(', ')}) `;

/**
 * By how much counters grew within a window, summed.
 *
 * `increase` alone does not see what a series begins with: the first failure of a tenant would be none. A series that was not
 * there in the hour before the window therefore counts with all that it has.
 */
export const counted = (
  counter: string,
  window: Window,
  labels: readonly (LabelName | 'le')[] = [],
): string =>
  `sum ${by(...labels)}((${sinceBirth(counter, window)} unless max_over_time(${counter}[1h] offset ${window})) or increase(${counter}[${window}]))`;

/**
 * The highest value, exactly, where no process was started again within the window. Where one was, its counters began anew, and
 * that is of one life only. `increase` adds up the lives, but for what the series began with, which was no less than the least
 * that it ever had. But for what Prometheus extrapolates to the window's ends neither is too much, so the larger one counts.
 * What Prometheus answers is tested with the alerts.
 */
function sinceBirth(counter: string, window: Window): string {
  const of = (aggregate: string): string => `${aggregate}(${counter}[${window}])`;
  const highest = of('max_over_time');
  if (isShort(window)) return highest;
  const ofAllLives = `(${of('increase')} + ${of('min_over_time')} and ${of('resets')} > 0)`;
  return `(${ofAllLives} > ${highest} or ${highest})`;
}

/** Minutes, in which hardly anything is started again: what rules ask all the time stays cheap. The shown time may be days. */
const isShort = (window: Window): boolean => /^\d+[sm]$/.test(window) || window === '$__rate_interval';

/** How fast counters grow, per second, summed: for what happens often. */
export const perSecond = (
  counter: string,
  window: Window,
  labels: readonly (LabelName | 'le')[] = [],
): string => `sum ${by(...labels)}(rate(${counter}[${window}]))`;

/** The value below which a share of a histogram's observations within a window lies, in the metric's unit; NaN without any. */
export const quantile = <const Spec extends HistogramSpec>(
  share: number,
  spec: Spec,
  window: Window,
  where: Where<Spec> = {},
  labels: readonly LabelOf<Spec>[] = [],
): string => `histogram_quantile(${share}, ${counted(buckets(spec, where), window, [...labels, 'le'])})`;

/** A gauge that several processes export of the same thing: never added up over them (docs/metrics.md). */
export const standing = <const Spec extends GaugeSpec>(
  spec: Spec,
  where: Where<Spec> = {},
  labels: readonly LabelOf<Spec>[] = spec.labels,
): string => `max ${by(...labels)}(${series(spec, where)})`;

/**
 * A clock that each process sets by what it did itself, in seconds since the Unix epoch: the latest that any told within a window,
 * also one that is gone since.
 */
export const latest = <const Spec extends GaugeSpec>(
  spec: Spec,
  window: Window,
  where: Where<Spec> = {},
  labels: readonly LabelOf<Spec>[] = spec.labels,
): string => `max ${by(...labels)}(max_over_time(${series(spec, where)}[${window}]))`;
