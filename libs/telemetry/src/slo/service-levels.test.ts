import { METRICS } from '../metrics/catalogue.js';
import { judgedWithin } from './judged.js';
import { OBJECTIVE_NAMES, OBJECTIVES, BURNS, START_WITHIN_SECONDS } from './objectives.js';
import { recordedSeries, recordedWithin } from './recorded.js';
import { budgetLeft, burnRate, goodShare, missedShare } from './service-levels.js';

it('has targets that can be missed, and burns that can be reached', () => {
  for (const name of OBJECTIVE_NAMES) {
    const { target } = OBJECTIVES[name];
    expect(target).toBeGreaterThan(0);
    expect(target).toBeLessThan(1);
    for (const { rate } of Object.values(BURNS)) expect(rate * (1 - target)).toBeLessThan(1);
  }
  expect(METRICS.queueWait.buckets).toContain(START_WITHIN_SECONDS);
});

it('judges what policy did not refuse and nobody wished away', () => {
  const success = judgedWithin('success', '1h');
  expect(success.events).toContain('vecino_deployment_state!~"REJECTED|CANCELLED"');
  expect(success.missed).toContain('vecino_deployment_state=~"SUCCEEDED"');
  expect(judgedWithin('startInTime', '1h').events).toContain('vecino_wait_cause!~"limit"');
});

it('asks for one tenant where one is chosen', () => {
  for (const name of OBJECTIVE_NAMES) {
    const ofOne = budgetLeft(name, judgedWithin(name, '1h', { tenantVariable: 'tenant' }));
    expect(ofOne.match(/_(?:total|count|bucket)\{/g)?.length).toBe(
      ofOne.match(/vecino_tenant_id=~"\$tenant"/g)?.length,
    );
    expect(budgetLeft(name, judgedWithin(name, '1h'))).not.toContain('$tenant');
  }
});

it.each([
  ['success', '0.01'],
  ['startInTime', '0.05'],
] as const)('%s burns at 1 when the share %s misses it', (name, allowed) => {
  const judged = { events: 'events', missed: 'missed' };
  expect(burnRate(name, judged)).toBe(`missed / events / ${allowed}`);
  expect(budgetLeft(name, judged)).toBe(`1 - missed / events / ${allowed}`);
  expect([missedShare(judged), goodShare(judged)]).toEqual(['missed / events', '1 - missed / events']);
});

it('records what it judges, and reads back what it recorded', () => {
  const [events, missed] = recordedSeries('success');
  expect([events?.expression((given) => given), missed?.expression((given) => given)]).toEqual(
    Object.values(judgedWithin('success', '5m')),
  );
  const ofSuccess = (part: { readonly record: string } | undefined) => `${part?.record}{objective="success"}`;
  const pace = (given: string) => (given === '1h' ? ('120s' as const) : ('10s' as const));
  expect(recordedWithin('success', '5m', pace)).toEqual({
    events: ofSuccess(events),
    missed: ofSuccess(missed),
  });
  expect(recordedWithin('success', '1h', pace)).toEqual({
    events: `sum_over_time(${ofSuccess(events)}[120s])`,
    missed: `sum_over_time(${ofSuccess(missed)}[120s])`,
  });
});
