import { type LabelName, prometheusLabel } from '@vecino/telemetry';

export type Bounds = readonly [least: number, most: number];

/** A series that must be there. */
export interface Expected {
  readonly labels: Partial<Readonly<Record<LabelName, string>>>;
  /** Of its last value; over time of its largest. */
  readonly peak?: Bounds;
}

/** What a right answer about the proving run looks like. */
export interface Right {
  /** Every value lies within; one that is no number does not count as a value. */
  readonly all: Bounds;
  /** Of the largest value of all. */
  readonly peak?: Bounds;
  readonly has?: readonly Expected[];
  /** No series but those of `has`. */
  readonly only?: true;
  /** Another query with the same answer at the end, in plain PromQL: what was counted in this run was counted since its beginning. */
  readonly same?: string;
  /** Of the largest value that there ever was in the run: for what is over at its end. */
  readonly once?: Bounds;
  /** Of every value once ingest has been killed. */
  readonly afterKill?: Bounds;
  /** Nothing of it happens in the run, so only the catalogue says that what it selects exists (`selectors.test.ts`). */
  readonly unseen?: true;
}

/** One series of an answer, its values in the order of time. */
export interface AnswerSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** What is wrong with an answer, and with that to `right.same`; nothing where it is right. Without any value it is never right. */
export function complaints(
  answer: readonly AnswerSeries[],
  right: Right,
  same: readonly AnswerSeries[] = answer,
): string[] {
  const series = answer
    .map(({ labels, values }) => ({ labels, values: values.filter(Number.isFinite) }))
    .filter(({ values }) => values.length > 0);
  if (series.length === 0) return [answer.length === 0 ? 'no answer' : 'no value in the answer'];
  const outside = series.flatMap(({ labels, values }) =>
    values.filter((value) => !within(value, right.all)).map((value) => `${text(labels)} is ${value}`),
  );
  const found: string[] = [];
  if (outside.length > 0)
    found.push(`not within ${right.all.join(' to ')}: ${outside.slice(0, 3).join(', ')}`);
  if (right.peak !== undefined) {
    const peak = Math.max(...series.flatMap(({ values }) => values));
    if (!within(peak, right.peak))
      found.push(`the largest is ${peak}, not within ${right.peak.join(' to ')}`);
  }
  for (const { labels, peak } of right.has ?? []) found.push(...missing(series, scraped(labels), peak));
  if (right.only === true) {
    const expected = (right.has ?? []).map(({ labels }) => scraped(labels));
    const others = series.filter(({ labels }) => !expected.some((one) => fits(labels, one)));
    found.push(...others.map(({ labels }) => `${text(labels)} should not be there`));
  }
  found.push(...differences(answer, same));
  return found;
}

const FAR = 1_000;

/**
 * Whether an answer that is right would be right a thousand times as large too: then its bounds say nothing. One that is all zero stays
 * what it is, and tells nothing of that.
 */
export function isRightThousandfold(
  answer: readonly AnswerSeries[],
  right: Right,
  same?: readonly AnswerSeries[],
): boolean {
  const isZero = (value: number) => value === 0 || !Number.isFinite(value);
  if (answer.every(({ values }) => values.every(isZero))) return false;
  const larger = answer.map(({ labels, values }) => ({ labels, values: values.map((value) => value * FAR) }));
  return complaints(larger, right, same).length === 0;
}

function missing(
  series: readonly AnswerSeries[],
  labels: Readonly<Record<string, string>>,
  peak: Bounds | undefined,
): string[] {
  const fitting = series.filter((one) => fits(one.labels, labels));
  if (fitting.length === 0)
    return [`no ${text(labels)} among ${series.map((one) => text(one.labels)).join(', ')}`];
  if (peak === undefined) return [];
  const largest = Math.max(...fitting.flatMap(({ values }) => values));
  return within(largest, peak) ? [] : [`${text(labels)} is ${largest}, not within ${peak.join(' to ')}`];
}

const TOLERANCE = 0.02;

function differences(answer: readonly AnswerSeries[], same: readonly AnswerSeries[]): string[] {
  const last = (series: readonly AnswerSeries[]) =>
    new Map(series.map(({ labels, values }) => [text(labels), values.at(-1) ?? NaN]));
  const [found, expected] = [last(answer), last(same)];
  return [...new Set([...found.keys(), ...expected.keys()])].flatMap((key) => {
    const [is, should] = [found.get(key), expected.get(key)];
    if (Object.is(is, should)) return [];
    const isNear =
      is !== undefined &&
      should !== undefined &&
      Math.abs(is - should) <= TOLERANCE * Math.max(1, Math.abs(should));
    return isNear ? [] : [`${key} is ${is}, not ${should}`];
  });
}

const fits = (labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

const scraped = (labels: Expected['labels']): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [prometheusLabel(name), value]));

const within = (value: number, [least, most]: Bounds): boolean => value >= least && value <= most;

const text = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .sort()
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`;
