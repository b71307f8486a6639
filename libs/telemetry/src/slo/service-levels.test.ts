import { judgedWithin } from './judged.js';
import { leastEvents, type Objective, objectivesOf } from './objectives.js';
import { recordedSeries, recordedWithin } from './recorded.js';
import { budgetLeft, burnRate, goodShare, missedShare } from './service-levels.js';

const OBJECTIVES = objectivesOf({ success: 0.99, startInTime: 0.95, startWithinSeconds: 5 });
const { success, startInTime } = OBJECTIVES;

it('judges what policy did not refuse and nobody wished away', () => {
  const { events, missed } = judgedWithin(success, '1h');
  expect(events).toContain('vecino_deployment_state!~"REJECTED|CANCELLED"');
  expect(missed).toContain('vecino_deployment_state=~"SUCCEEDED"');
  expect(judgedWithin(startInTime, '1h').events).toContain('vecino_wait_cause!~"limit"');
});

it('promises what it is told to', () => {
  const strict = objectivesOf({ success: 0.999, startInTime: 0.9, startWithinSeconds: 30 });
  expect(strict.startInTime.title).toBe('Requests start within 30 s');
  expect(judgedWithin(strict.startInTime, '1h').missed).toContain('le=~"30(\\\\.0)?"');
  expect(burnRate(strict.success, judgedWithin(strict.success, '1h'))).toMatch(/ \/ 0\.001$/);
  expect([leastEvents(strict.success, 6), leastEvents(success, 6)]).toEqual([167, 17]);
});

it('asks for one tenant where one is chosen', () => {
  for (const objective of Object.values<Objective>(OBJECTIVES)) {
    const ofOne = budgetLeft(objective, judgedWithin(objective, '1h', { tenantVariable: 'tenant' }));
    expect(ofOne.match(/_(?:total|count|bucket)\{/g)?.length).toBe(
      ofOne.match(/vecino_tenant_id=~"\$tenant"/g)?.length,
    );
    expect(budgetLeft(objective, judgedWithin(objective, '1h'))).not.toContain('$tenant');
  }
});

it.each([
  ['success', '0.01'],
  ['startInTime', '0.05'],
] as const)('%s burns at 1 when the share %s misses it', (name, allowed) => {
  const judged = { events: 'events', missed: 'missed' };
  expect(burnRate(OBJECTIVES[name], judged)).toBe(`missed / events / ${allowed}`);
  expect(budgetLeft(OBJECTIVES[name], judged)).toBe(`1 - missed / events / ${allowed}`);
  expect([missedShare(judged), goodShare(judged)]).toEqual(['missed / events', '1 - missed / events']);
});

it('records what it judges, and reads back what it recorded', () => {
  const [events, missed] = recordedSeries(success);
  expect([events?.expression((given) => given), missed?.expression((given) => given)]).toEqual(
    Object.values(judgedWithin(success, '5m')),
  );
  const ofSuccess = (part: { readonly record: string } | undefined) => `${part?.record}{objective="success"}`;
  const pace = (given: string) => (given === '1h' ? ('120s' as const) : ('10s' as const));
  expect(recordedWithin(success, '5m', pace)).toEqual({
    events: ofSuccess(events),
    missed: ofSuccess(missed),
  });
  expect(recordedWithin(success, '1h', pace)).toEqual({
    events: `sum_over_time(${ofSuccess(events)}[120s])`,
    missed: `sum_over_time(${ofSuccess(missed)}[120s])`,
  });
});
