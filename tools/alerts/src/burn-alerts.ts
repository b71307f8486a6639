import {
  allowedToMiss,
  type Burn,
  BURNS,
  leastEvents,
  missedShare,
  type Objective,
  type ObjectiveName,
  RECORDED,
  type RecordedSeries,
  recordedSeries,
  recordedWithin,
} from '@vecino/telemetry/slo';
import { type Alert, type Recording, type RuleGroup, type Runbook, TENANT } from './alert.js';
import { OBJECTIVES } from './objectives.js';
import type { Duration, Timing } from './timing.js';

/** Of the windows of days, which are many numbers to add up. */
const LONG_INTERVAL: Duration = '5m';

const recordingOf = ({ record, labels, expression }: RecordedSeries): Recording => ({
  record,
  labels,
  expression: ({ duration }) => expression(duration),
});

function burns(objective: Objective, { rate, long, short }: Burn, timing: Timing): string {
  const within = (window: Duration) => recordedWithin(objective, window, timing.duration);
  const allowed = rounded(rate * allowedToMiss(objective));
  // Each event is in as many recordings.
  const recordings = timing.seconds(RECORDED.window) / timing.seconds(RECORDED.every);
  return [
    `${missedShare(within(long))} > ${allowed}`,
    `and ${missedShare(within(short))} > ${allowed}`,
    `and ${within(long).events} >= ${rounded(leastEvents(objective, rate) * recordings)}`,
  ].join('\n');
}

/** Without what floating point adds. */
const rounded = (value: number): number => Number(value.toFixed(6));

interface ObjectiveWords {
  readonly name: string;
  readonly runbook: Runbook;
  /** What happens to the share that an alert found. */
  readonly happens: string;
  readonly next: string;
}

const WORDS: Readonly<Record<ObjectiveName, ObjectiveWords>> = {
  success: {
    name: 'Success',
    runbook: 'service-levels.md#deployments-fail',
    happens: 'of the deployments that policy did not refuse did not succeed',
    next: `\`./vecino watch ${TENANT} --from-beginning\` shows how its deployments ended and why, \`./vecino explain DEPLOYMENT --tenant ${TENANT}\` says it of one.`,
  },
  startInTime: {
    name: 'Start',
    runbook: 'service-levels.md#requests-start-late',
    happens: 'of the requests that no limit held started late',
    next: `\`./vecino doctor\` says which server does not answer, \`./vecino tenant show ${TENANT}\` says how its gate stands.`,
  },
};

const SPEEDS = {
  fast: { name: 'Fast', severity: 'page', group: 'short' },
  slow: { name: 'Slow', severity: 'page', group: 'short' },
  creeping: { name: 'Creeping', severity: 'ticket', group: 'long' },
} as const satisfies Record<keyof typeof BURNS, object>;
type Speed = keyof typeof BURNS;

function burnAlert(objective: Objective, speed: Speed): Alert {
  const { title, target } = objective;
  const { name, runbook, happens, next } = WORDS[objective.name];
  const { rate, long, short } = BURNS[speed];
  return {
    name: `Vecino${name}Burn${SPEEDS[speed].name}`,
    severity: SPEEDS[speed].severity,
    expression: (timing) => burns(objective, BURNS[speed], timing),
    summary: `Tenant ${TENANT}: {{ $value | humanizePercentage }} ${happens} within ${long}.`,
    description: `The objective is ${percent(target)}; this is more than ${rate} times the share that may miss it, over ${long} and over ${short}. ${next}`,
    runbook,
    meaning: `${title}, ${percent(target)}: over ${long} and ${short} more than ${rate} times as many miss it as may, of at least ${leastEvents(objective, rate)} within ${long}.`,
  };
}

const percent = (share: number): string => `${rounded(share * 100)} %`;

const speeds = (group: 'short' | 'long'): Speed[] =>
  (Object.keys(SPEEDS) as Speed[]).filter((speed) => SPEEDS[speed].group === group);

const objectives = Object.values<Objective>(OBJECTIVES);

const alertsOf = (group: 'short' | 'long'): Alert[] =>
  objectives.flatMap((objective) => speeds(group).map((speed) => burnAlert(objective, speed)));

/** Service levels by tenant: burns over several windows, as in the workbook on Site Reliability Engineering. */
export const BURN_GROUPS: readonly RuleGroup[] = [
  {
    name: 'vecino-service-levels',
    interval: RECORDED.every,
    recordings: objectives.flatMap(recordedSeries).map(recordingOf),
    alerts: alertsOf('short'),
  },
  { name: 'vecino-service-levels-long', interval: LONG_INTERVAL, alerts: alertsOf('long') },
];
