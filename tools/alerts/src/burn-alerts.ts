import { prometheusLabel } from '@vecino/telemetry';
import {
  type Burn,
  BURNS,
  eventsOf,
  goodOf,
  leastEvents,
  OBJECTIVE_NAMES,
  type ObjectiveName,
  OBJECTIVES,
} from '@vecino/telemetry/slo';
import { type Alert, type Recording, type RuleGroup, type Runbook, TENANT } from './alert.js';
import { type Duration, secondsOf, type Timing } from './timing.js';

/** The shortest window: what is recorded, and what all longer windows are added up from. */
const BASE: Duration = '5m';
const INTERVAL: Duration = '30s';
/** Of the windows of days, which are many numbers to add up. */
const LONG_INTERVAL: Duration = '5m';

const TENANT_LABEL = prometheusLabel('vecino.tenant.id');
const EVENTS = 'vecino:slo_events:increase5m';
const ERRORS = 'vecino:slo_errors:increase5m';

const recordingsOf = (objective: ObjectiveName): Recording[] => [
  {
    record: EVENTS,
    labels: { objective },
    expression: ({ duration }) => eventsOf(objective, duration(BASE)),
  },
  {
    record: ERRORS,
    labels: { objective },
    // Growth is extrapolated: there may seem to be a little more good ones than all.
    expression: ({ duration }) =>
      `clamp_min(${EVENTS}{objective="${objective}"} - on (${TENANT_LABEL}) ${goodOf(objective, duration(BASE))}, 0)`,
  },
];

/** What is recorded, added up over a window. Each event is in as many recordings as fit into the base. */
function over(record: string, objective: ObjectiveName, window: Duration, { duration }: Timing): string {
  const selected = `${record}{objective="${objective}"}`;
  return window === BASE ? selected : `sum_over_time(${selected}[${duration(window)}])`;
}

function burns(objective: ObjectiveName, { rate, long, short }: Burn, timing: Timing): string {
  const share = (window: Duration): string =>
    `${over(ERRORS, objective, window, timing)} / ${over(EVENTS, objective, window, timing)}`;
  const allowed = rounded(rate * (1 - OBJECTIVES[objective].target));
  const recordingsOfOne = timing.seconds(BASE) / timing.seconds(INTERVAL);
  const least = leastEvents(objective, rate) * recordingsOfOne;
  return [
    `${share(long as Duration)} > ${allowed}`,
    `and ${share(short as Duration)} > ${allowed}`,
    `and ${over(EVENTS, objective, long as Duration, timing)} >= ${rounded(least)}`,
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
    next: `\`./vecino doctor\` finds what is away, \`./vecino tenant show ${TENANT}\` says how its gate stands.`,
  },
};

const SPEEDS = {
  fast: { name: 'Fast', severity: 'page', group: 'short' },
  slow: { name: 'Slow', severity: 'page', group: 'short' },
  creeping: { name: 'Creeping', severity: 'ticket', group: 'long' },
} as const satisfies Record<keyof typeof BURNS, object>;
type Speed = keyof typeof BURNS;

function burnAlert(objective: ObjectiveName, speed: Speed): Alert {
  const { name, runbook, happens, next } = WORDS[objective];
  const { rate, long, short } = BURNS[speed];
  const { target } = OBJECTIVES[objective];
  return {
    name: `Vecino${name}Burn${SPEEDS[speed].name}`,
    severity: SPEEDS[speed].severity,
    expression: (timing) => burns(objective, BURNS[speed], timing),
    summary: `Tenant ${TENANT}: {{ $value | humanizePercentage }} ${happens} within ${long}.`,
    description: `The objective is ${percent(target)}; this is more than ${rate} times the share that may miss it, over ${long} and over ${short}. ${next}`,
    runbook,
    meaning: `${OBJECTIVES[objective].title}, ${percent(target)}: over ${long} and ${short} more than ${rate} times as many miss it as may, of at least ${leastEvents(objective, rate)} within ${long}.`,
  };
}

const percent = (share: number): string => `${rounded(share * 100)} %`;

const speeds = (group: 'short' | 'long'): Speed[] =>
  (Object.keys(SPEEDS) as Speed[]).filter((speed) => SPEEDS[speed].group === group);

const alertsOf = (group: 'short' | 'long'): Alert[] =>
  OBJECTIVE_NAMES.flatMap((objective) => speeds(group).map((speed) => burnAlert(objective, speed)));

/** Service levels by tenant: burns over several windows, as in the workbook on Site Reliability Engineering. */
export const BURN_GROUPS: readonly RuleGroup[] = [
  {
    name: 'vecino-service-levels',
    interval: INTERVAL,
    recordings: OBJECTIVE_NAMES.flatMap(recordingsOf),
    alerts: alertsOf('short'),
  },
  { name: 'vecino-service-levels-long', interval: LONG_INTERVAL, alerts: alertsOf('long') },
];

/** For tests: how often what is recorded must be evaluated. */
export const RECORDING_SECONDS = secondsOf(INTERVAL);
