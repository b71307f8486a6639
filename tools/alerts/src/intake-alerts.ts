import { METRICS, prometheusLabel } from '@vecino/telemetry';
import { by, counted, series, standing } from '@vecino/telemetry/promql';
import { labelled, type RuleGroup } from './alert.js';

/** A quarter of what ingest looks ahead past a tenant that holds its partition up. */
const LAG_AT_MOST = 5_000;
const PARTITION = [
  'messaging.destination.name',
  'messaging.consumer.group.name',
  'messaging.destination.partition.id',
] as const;
const place = `partition ${labelled('messaging.destination.partition.id')} of ${labelled('messaging.destination.name')}`;
const code = labelled('vecino.reason.code');

/** What becomes of records before they are a tenant's. */
export const INTAKE_GROUP: RuleGroup = {
  name: 'vecino-intake',
  alerts: [
    {
      name: 'VecinoIngestLag',
      severity: 'ticket',
      for: '5m',
      expression: () => `${standing(METRICS.ingestLag, {}, PARTITION)} > ${LAG_AT_MOST}`,
      summary: `All tenants: {{ $value }} records of ${place} are not done.`,
      description:
        'More come than ingest takes, or one tenant that cannot take more holds the partition up, and ingest’s log names it. `./vecino doctor` says which server does not answer.',
      runbook: 'ingest-lag.md',
      meaning: `Ingest is more than ${LAG_AT_MOST.toLocaleString('en')} records of a partition behind.`,
    },
    {
      name: 'VecinoIngestStands',
      severity: 'page',
      for: '1m',
      expression: ({ duration }) =>
        [
          `max ${by(...PARTITION)}(min_over_time(${series(METRICS.ingestLag)}[${duration('5m')}])) > 0`,
          `unless ${counted(series(METRICS.consumed), duration('5m'), PARTITION)} > 0`,
        ].join('\n'),
      summary: `All tenants: nothing is taken from ${place}, and {{ $value }} records or more wait.`,
      description:
        'Requests of every tenant wait there; nothing is lost. Ingest’s log says what it waits for, its `/readyz` which check fails; `./vecino doctor` says which server does not answer and which topic is missing.',
      runbook: 'ingest-lag.md#nothing-moves',
      meaning: 'Records of a partition wait, and ingest has fetched none of it for five minutes.',
    },
    {
      name: 'VecinoDeadLetters',
      severity: 'ticket',
      expression: ({ duration }) =>
        `${counted(series(METRICS.deadLetters), duration('10m'), ['vecino.tenant.id', 'vecino.reason.code'])} > 0`,
      summary: `{{ with $labels.${prometheusLabel('vecino.tenant.id')} }}Tenant {{ . }}{{ else }}No known tenant{{ end }}: {{ $value | humanize }} records became dead letters (${code}) within ten minutes.`,
      description: `Somebody writes records that can never be executed; the others go on. \`./vecino dlq list --code ${code}\` shows them.`,
      runbook: 'dead-letters.md',
      meaning: 'A record was written to the dead-letter topic.',
    },
  ],
};
