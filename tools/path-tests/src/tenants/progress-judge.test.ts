import { type Answered, type Disturbance, longestAnswer, tenantsGoOn } from './progress-judge.js';

const killed: Disturbance = { what: 'a kill', from: 100, to: 200, concerns: ['noisy'] };
const judge = (requests: readonly Answered[], tenants = ['calm']) =>
  tenantsGoOn([killed], tenants, requests, { unconcernedMs: 50, concernedMs: 500 });
const request = (tenantId: string, sentAt: number, endedAt?: number): Answered => ({
  tenantId,
  deploymentId: `${tenantId}-${sentAt}`,
  sentAt,
  ...(endedAt === undefined ? {} : { endedAt }),
});

it('a tenant that goes on is fine, and so is one whom it concerns, if it takes longer', () => {
  const requests = [request('calm', 150, 200), request('noisy', 150, 650)];
  expect(judge(requests, ['calm', 'noisy'])).toEqual([]);
  expect(longestAnswer(killed, ['calm', 'noisy'], requests)).toBe(500);
  expect(longestAnswer(killed, ['calm'], requests)).toBe(50);
});

it.each([
  ['an answer that came too late', [request('calm', 150, 201)], ['calm']],
  ['one that came too late for whom it concerns', [request('noisy', 150, 651)], ['noisy']],
  ['an answer that never came', [request('calm', 100)], ['calm']],
  ['nothing sent meanwhile', [request('calm', 99, 120), request('calm', 201, 210)], ['calm']],
])('%s is found', (_, requests, tenants) => {
  expect(judge(requests, tenants)).toHaveLength(1);
});
