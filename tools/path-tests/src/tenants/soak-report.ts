import { type Figures } from '@vecino/audit';
import { SOAK_TENANTS } from './soak-plan.js';

/** What a tenant asked for and got. */
export interface SoakRow {
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

export const soakRows = ({ tenants }: Figures): SoakRow[] =>
  tenants.map(
    ({ tenant, sent, ends, cap, most_running, most_under_change, intake_limit, most_in_a_window }) => ({
      tenant,
      route: SOAK_TENANTS.find(({ id }) => id === tenant)?.route ?? '',
      sent,
      upgraded: ends['UPGRADED'] ?? 0,
      already_running: ends['ALREADY_RUNNING'] ?? 0,
      rate_limited: ends['RATE_LIMITED'] ?? 0,
      queue_full: ends['QUEUE_FULL'] ?? 0,
      cap,
      most_running,
      most_under_change,
      intake_limit,
      most_in_a_window,
    }),
  );

/** What was too little for the run to show anything. */
export const tooLittleOf = (rows: readonly SoakRow[]): readonly string[] =>
  rows.flatMap((row) => {
    const { tenant, upgraded, cap, most_running, rate_limited, queue_full } = row;
    const flooded = SOAK_TENANTS.some(({ id, manner }) => id === tenant && manner === 'flood');
    return [
      ...(upgraded < 5 ? [`${tenant}: only ${upgraded} upgrades`] : []),
      ...(flooded && most_running < cap ? [`${tenant}: ${most_running} ran at once, its cap is ${cap}`] : []),
      ...(flooded && rate_limited + queue_full === 0 ? [`${tenant}: nothing was too much`] : []),
    ];
  });
