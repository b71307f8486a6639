import { METRICS } from '../metrics/catalogue.js';
import { counted, latest, perSecond, quantile, standing } from './aggregate.js';
import { buckets, chosen, exactly, noneOf, observations, oneOf, series } from './selector.js';

const TENANT = 'vecino.tenant.id';

it('selects by the names that are scraped, labels in the order of the catalogue', () => {
  expect(series(METRICS.queued)).toBe('vecino_gate_queued');
  expect(
    series(METRICS.deploymentsEnded, {
      'vecino.reason.code': exactly('UPGRADED'),
      'vecino.deployment.state': noneOf('REJECTED', 'CANCELLED'),
      [TENANT]: chosen('tenant'),
    }),
  ).toBe(
    'vecino_deployments_ended_total{vecino_tenant_id=~"$tenant", vecino_deployment_state!~"REJECTED|CANCELLED", vecino_reason_code="UPGRADED"}',
  );
  expect(observations(METRICS.queueWait, 'count', { 'vecino.wait.cause': oneOf('none') })).toBe(
    'vecino_queue_wait_seconds_count{vecino_wait_cause=~"none"}',
  );
});

it('knows a bucket as each Prometheus writes it', () => {
  const boundOf = (selector: string) =>
    new RegExp(`^(?:${JSON.parse(/le=~(".*")/.exec(selector)?.[1] ?? '') as string})$`);
  const five = boundOf(buckets(METRICS.queueWait, {}, 5));
  expect(['5', '5.0', '50', '0.5', '5x0', '+Inf'].filter((le) => five.test(le))).toEqual(['5', '5.0']);
  const quarter = boundOf(buckets(METRICS.queueWait, {}, 0.25));
  expect(['0.25', '0.250', '0x25'].filter((le) => quarter.test(le))).toEqual(['0.25']);
});

it('aggregates by labels', () => {
  expect(perSecond(series(METRICS.requestsTaken), '5m', [TENANT])).toBe(
    'sum by (vecino_tenant_id) (rate(vecino_ingest_requests_total[5m]))',
  );
  expect(counted('x', '5m')).toBe(
    'sum ((max_over_time(x[5m]) unless max_over_time(x[1h] offset 5m)) or increase(x[5m]))',
  );
  expect(standing(METRICS.queued)).toBe('max by (vecino_tenant_id) (vecino_gate_queued)');
  expect(standing(METRICS.lastLook)).toBe('max (vecino_standing_last_seconds)');
  expect(latest(METRICS.lastStatus, '1h')).toBe(
    'max by (vecino_tenant_id) (max_over_time(vecino_status_last_seconds[1h]))',
  );
  expect(quantile(0.95, METRICS.intakeLatency, '5m', {}, [TENANT])).toMatch(
    /^histogram_quantile\(0\.95, sum by \(vecino_tenant_id, le\) \(.*vecino_ingest_latency_seconds_bucket\[5m\]/,
  );
});

it.each(['1h', '30d', '$__range'] as const)('counts all lives of a process over %s', (window) => {
  const all = `(increase(x[${window}]) + min_over_time(x[${window}]) and resets(x[${window}]) > 0)`;
  const sinceBirth = `(${all} > max_over_time(x[${window}]) or max_over_time(x[${window}]))`;
  expect(counted('x', window)).toBe(
    `sum ((${sinceBirth} unless max_over_time(x[1h] offset ${window})) or increase(x[${window}]))`,
  );
});

it.each(['30s', '10m', '$__rate_interval'] as const)('asks for no lives before over %s', (window) => {
  expect(counted('x', window)).not.toContain('resets');
});

it('does not compile with what the catalogue does not have', () => {
  // @ts-expect-error a state that there is not
  expect(series(METRICS.deploymentsEnded, { 'vecino.deployment.state': oneOf('DONE') })).toContain('DONE');
  // @ts-expect-error a label of other metrics
  expect(series(METRICS.queued, { 'vecino.limit': oneOf('queue') })).not.toContain('limit');
  // @ts-expect-error a bound that is none of its buckets
  expect(buckets(METRICS.queueWait, {}, 7)).toContain('7');
  // @ts-expect-error a histogram has no one value
  expect(series(METRICS.queueWait)).toBe('vecino_queue_wait_seconds');
});
