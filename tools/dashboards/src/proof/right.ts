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
}

/** One series of an answer, its values in the order of time. */
export interface AnswerSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** What is wrong with an answer; nothing where it is right. Without any value it is never right. */
export function complaints(answer: readonly AnswerSeries[], right: Right): string[] {
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
  return found;
}

function missing(
  series: readonly AnswerSeries[],
  labels: Readonly<Record<string, string>>,
  peak: Bounds | undefined,
): string[] {
  const fitting = series.filter((one) =>
    Object.entries(labels).every(([name, value]) => one.labels[name] === value),
  );
  if (fitting.length === 0)
    return [`no ${text(labels)} among ${series.map((one) => text(one.labels)).join(', ')}`];
  if (peak === undefined) return [];
  const largest = Math.max(...fitting.flatMap(({ values }) => values));
  return within(largest, peak) ? [] : [`${text(labels)} is ${largest}, not within ${peak.join(' to ')}`];
}

const scraped = (labels: Expected['labels']): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [prometheusLabel(name), value]));

const within = (value: number, [least, most]: Bounds): boolean => value >= least && value <= most;

const text = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`;
