import type { Duration } from '../promql/aggregate.js';
import { type Judged, judgedWithin } from './judged.js';
import type { Objective, ObjectiveName } from './objectives.js';

/** Rules record what is judged within this window, this often; longer windows are added up from that. */
export const RECORDED = { window: '5m', every: '30s' } as const satisfies Record<string, Duration>;

/** How a duration is written in rules: as it is, or shorter where all time goes by faster. */
export type WriteDuration = (given: Duration) => Duration;

export interface RecordedSeries {
  readonly record: `vecino:${string}`;
  readonly labels: { readonly objective: ObjectiveName };
  expression(write: WriteDuration): string;
}

const NAMES = {
  events: 'vecino:slo_events:increase5m',
  missed: 'vecino:slo_errors:increase5m',
} as const satisfies Record<keyof Judged, RecordedSeries['record']>;

const seriesOf = (objective: Objective, part: keyof Judged): RecordedSeries => ({
  record: NAMES[part],
  labels: { objective: objective.name },
  expression: (write) => judgedWithin(objective, write(RECORDED.window))[part],
});

/** What rules record of an objective. */
export const recordedSeries = (objective: Objective): readonly RecordedSeries[] => [
  seriesOf(objective, 'events'),
  seriesOf(objective, 'missed'),
];

/**
 * As rules have recorded it: over the recorded window as it is; over a longer one each event counts as often as it was
 * recorded, which is `window / every` of `RECORDED`, whether it missed the objective or not.
 */
export function recordedWithin(objective: Objective, window: Duration, write: WriteDuration): Judged {
  const over = (name: string): string => {
    const selected = `${name}{objective="${objective.name}"}`;
    return window === RECORDED.window ? selected : `sum_over_time(${selected}[${write(window)}])`;
  };
  return { events: over(NAMES.events), missed: over(NAMES.missed) };
}
