import { METRICS } from '../metrics/catalogue.js';
import { OBJECTIVE_NAMES, OBJECTIVES, BURNS, START_WITHIN_SECONDS } from './objectives.js';
import { budgetLeft, burnRate, eventsOf, goodShare } from './service-levels.js';

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
  expect(eventsOf('success', '1h')).toContain('vecino_deployment_state!~"REJECTED|CANCELLED"');
  expect(goodShare('success', '1h')).toContain('vecino_deployment_state=~"SUCCEEDED"');
  expect(eventsOf('startInTime', '1h')).toContain('vecino_wait_cause!~"limit"');
});

it('asks for one tenant where one is chosen', () => {
  for (const name of OBJECTIVE_NAMES) {
    const ofOne = budgetLeft(name, '1h', { tenantVariable: 'tenant' });
    expect(ofOne.match(/_(?:total|count|bucket)\{/g)?.length).toBe(
      ofOne.match(/vecino_tenant_id=~"\$tenant"/g)?.length,
    );
    expect(budgetLeft(name, '1h')).not.toContain('$tenant');
  }
});

it.each([
  ['success', '0.01'],
  ['startInTime', '0.05'],
] as const)('%s burns at 1 when the share %s fails', (name, allowed) => {
  expect(burnRate(name, '5m').endsWith(` / ${allowed}`)).toBe(true);
});
