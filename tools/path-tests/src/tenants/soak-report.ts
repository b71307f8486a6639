import { type LogRecord } from '@vecino/router-simulator';
import { type Execution, mostAtOnce } from '../judge.js';
import { changesByTenant, mostAtOnceOf } from './concurrency-judge.js';
import { type Grant, mostGranted } from './intake-judge.js';
import { countByCode, type Outcomes, type SentRequest } from './outcome-judge.js';
import { type Answered, longestAnswer } from './progress-judge.js';
import { SOAK_TENANTS } from './soak-plan.js';
import { type SoakRun } from './soak-run.js';
import { intakeOf, tenantOfRouter } from './tenant-plan.js';

export interface SoakEvidence {
  readonly run: SoakRun;
  readonly sent: readonly SentRequest[];
  readonly answers: readonly Answered[];
  readonly outcomes: Outcomes;
  readonly executions: readonly Execution[];
  readonly log: readonly LogRecord[];
  readonly grants: readonly Grant[];
  readonly windowMs: number;
}

/** What a tenant asked for and got. */
export interface TenantFigures {
  readonly tenant: string;
  readonly route: string;
  readonly sent: number;
  readonly upgraded: number;
  readonly already_running: number;
  readonly rate_limited: number;
  readonly queue_full: number;
  readonly cap: number;
  readonly most_running: number;
  readonly most_under_change: number;
  readonly intake_limit: number;
  readonly most_in_a_window: number;
}

export function tenantFigures({
  sent,
  outcomes,
  executions,
  log,
  grants,
  windowMs,
}: SoakEvidence): TenantFigures[] {
  const changes = changesByTenant(log, tenantOfRouter);
  return SOAK_TENANTS.map((tenant) => {
    const of = <T extends { readonly tenantId: string }>(all: readonly T[]) =>
      all.filter(({ tenantId }) => tenantId === tenant.id);
    const codes = countByCode(of(outcomes.ended));
    return {
      tenant: tenant.id,
      route: tenant.route,
      sent: of(sent).length,
      upgraded: codes.UPGRADED ?? 0,
      already_running: codes.ALREADY_RUNNING ?? 0,
      rate_limited: codes.RATE_LIMITED ?? 0,
      queue_full: codes.QUEUE_FULL ?? 0,
      cap: tenant.cap,
      most_running: mostAtOnce(of(executions)),
      most_under_change: mostAtOnceOf(changes.get(tenant.id) ?? []),
      intake_limit: intakeOf(tenant),
      most_in_a_window: mostGranted(of(grants), windowMs),
    };
  });
}

/** Each fault, how long it lasted, and how long quiet tenants waited at the most for what they asked meanwhile. */
export const faultFigures = ({ run, answers }: SoakEvidence) =>
  run.disturbances.map((disturbance) => {
    const quiet = SOAK_TENANTS.filter(({ manner }) => manner === 'quiet').map(({ id }) => id);
    const concerned = quiet.filter((id) => disturbance.concerns.includes(id));
    return {
      fault: disturbance.what,
      lasted_ms: disturbance.to - disturbance.from,
      longest_unconcerned_ms: longestAnswer(
        disturbance,
        quiet.filter((id) => !concerned.includes(id)),
        answers,
      ),
      longest_concerned_ms: longestAnswer(disturbance, concerned, answers),
    };
  });

/** A table that fits a document, one row each. */
export function markdownTable(rows: readonly object[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const lines = rows.map((row) => Object.values(row).join(' | '));
  return [names.join(' | '), names.map(() => '---').join(' | '), ...lines]
    .map((line) => `| ${line} |\n`)
    .join('');
}
