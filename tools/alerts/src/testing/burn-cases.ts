import type { TerminalState } from '@vecino/foundation';
import { METRICS } from '@vecino/telemetry';
import { ACME, type AlertCase, BETA, growing, OF_ACME, sampled, type Series } from './alert-case.js';

const ended = (state: TerminalState, tenant: { readonly 'vecino.tenant.id': string } = ACME) =>
  sampled(METRICS.deploymentsEnded, { ...tenant, 'vecino.deployment.state': state });

const succeeding = (good: number, bad: number): Series => ({
  [ended('SUCCEEDED')]: growing(good),
  [ended('FAILED')]: growing(bad),
});

/** Starts, each 30 s so many and so many of them late. Prometheus 3 writes the bound as `5.0`. */
function starting(all: number, late: number, { bound = '5', cause = 'none' } = {}): Series {
  const labels = { ...ACME, 'vecino.wait.cause': cause };
  const of = (suffix: string, le?: string) =>
    sampled(METRICS.queueWait, labels, { suffix, more: le === undefined ? {} : { le } });
  return {
    [of('_count')]: growing(all),
    [of('_bucket', bound)]: growing(all - late),
    [of('_bucket', '+Inf')]: growing(all),
  };
}

const success = { ...OF_ACME, objective: 'success' };
const start = { ...OF_ACME, objective: 'startInTime' };

export const BURN_CASES: readonly AlertCase[] = [
  {
    alert: 'VecinoSuccessBurnFast',
    title: 'half of one tenant’s deployments fail, and none of another’s',
    series: {
      ...succeeding(1, 1),
      [ended('SUCCEEDED', BETA)]: growing(5),
    },
    at: '30m',
    fires: [success],
  },
  {
    alert: 'VecinoSuccessBurnFast',
    title: 'the first failures that a tenant ever had, all between two scrapes',
    series: { [ended('ROLLED_BACK')]: '_x40 12x40' },
    at: '24m',
    fires: [success],
  },
  {
    alert: 'VecinoSuccessBurnFast',
    title: 'one in ten fails: not that fast',
    series: succeeding(9, 1),
    at: '60m',
    fires: [],
  },
  {
    alert: 'VecinoSuccessBurnFast',
    title: 'many failed, and none for half an hour: over',
    series: { [ended('SUCCEEDED')]: growing(1), [ended('FAILED')]: '0+1x20 20x200' },
    at: '40m',
    fires: [],
  },
  {
    alert: 'VecinoSuccessBurnFast',
    title: 'refused and cancelled ones are no failures',
    series: {
      [ended('SUCCEEDED')]: growing(1),
      [ended('REJECTED')]: growing(10),
      [ended('CANCELLED')]: growing(10),
    },
    at: '60m',
    fires: [],
  },
  {
    alert: 'VecinoSuccessBurnFast',
    title: 'all fail, of nine in an hour',
    series: { [ended('FAILED')]: '0x9 1x9 2x9 3x9 4x9 5x9 6x9 7x9 8x9 9x100' },
    at: '46m',
    fires: [],
    guard: true,
  },
  {
    alert: 'VecinoSuccessBurnSlow',
    title: 'one in ten fails',
    series: succeeding(9, 1),
    at: '60m',
    fires: [success],
  },
  {
    alert: 'VecinoSuccessBurnSlow',
    title: 'one in fifty fails: not that fast',
    series: succeeding(49, 1),
    at: '60m',
    fires: [],
  },
  {
    alert: 'VecinoSuccessBurnSlow',
    title: 'one fails, of twelve in six hours',
    series: { [ended('SUCCEEDED')]: '0x10 11x300', [ended('FAILED')]: '0x110 1x200' },
    at: '60m',
    fires: [],
    guard: true,
  },
  {
    alert: 'VecinoSuccessBurnCreeping',
    title: 'one in fifty fails',
    series: succeeding(49, 1),
    at: '60m',
    fires: [success],
  },
  {
    alert: 'VecinoSuccessBurnCreeping',
    title: 'one in two hundred fails: as promised',
    series: succeeding(199, 1),
    at: '60m',
    fires: [],
  },
  {
    alert: 'VecinoSuccessBurnCreeping',
    title: 'two fail, of fifty in three days',
    series: { [ended('SUCCEEDED')]: '0x10 48x300', [ended('FAILED')]: '0x50 2x200' },
    at: '60m',
    fires: [],
    guard: true,
  },

  {
    alert: 'VecinoStartBurnFast',
    title: 'nearly all start late',
    series: starting(10, 9),
    at: '30m',
    fires: [start],
  },
  {
    alert: 'VecinoStartBurnFast',
    title: 'nearly all start late, as Prometheus 3 has it',
    series: starting(10, 9, { bound: '5.0' }),
    at: '30m',
    fires: [start],
  },
  { alert: 'VecinoStartBurnFast', title: 'half start late', series: starting(2, 1), at: '60m', fires: [] },
  {
    alert: 'VecinoStartBurnFast',
    title: 'a limit of the tenant’s own holds them',
    series: starting(10, 10, { cause: 'limit' }),
    at: '60m',
    fires: [],
  },
  {
    alert: 'VecinoStartBurnFast',
    title: 'all start late, of seven in an hour',
    series: {
      [sampled(METRICS.queueWait, { ...ACME, 'vecino.wait.cause': 'none' }, { suffix: '_count' })]:
        '0x80 7x200',
    },
    at: '44m',
    fires: [],
    guard: true,
  },
  {
    alert: 'VecinoStartBurnSlow',
    title: 'half start late',
    series: starting(2, 1),
    at: '60m',
    fires: [start],
  },
  {
    alert: 'VecinoStartBurnSlow',
    title: 'one in five starts late: not that fast',
    series: starting(10, 2),
    at: '60m',
    fires: [],
  },
  {
    alert: 'VecinoStartBurnSlow',
    title: 'all start late, of seven in six hours',
    series: {
      [sampled(METRICS.queueWait, { ...ACME, 'vecino.wait.cause': 'none' }, { suffix: '_count' })]:
        '0x80 7x200',
    },
    at: '44m',
    fires: [],
    guard: true,
  },
  {
    alert: 'VecinoStartBurnCreeping',
    title: 'one in ten starts late',
    series: starting(10, 1),
    at: '60m',
    fires: [start],
  },
  {
    alert: 'VecinoStartBurnCreeping',
    title: 'one in fifty starts late: as promised',
    series: starting(50, 1),
    at: '60m',
    fires: [],
  },
  {
    alert: 'VecinoStartBurnCreeping',
    title: 'all start late, of fifteen in three days',
    series: {
      [sampled(METRICS.queueWait, { ...ACME, 'vecino.wait.cause': 'none' }, { suffix: '_count' })]:
        `0x40 15x200`,
    },
    at: '60m',
    fires: [],
    guard: true,
  },
];
