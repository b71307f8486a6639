import { type Disturbance, unconcernedGoOn } from './progress-judge.js';

const killed: Disturbance = { what: 'a kill', from: 100, to: 200, concerns: ['noisy'] };
const judge = (requests: Parameters<typeof unconcernedGoOn>[2], tenants = ['calm', 'noisy']) =>
  unconcernedGoOn([killed], tenants, requests, 50);
const request = (tenantId: string, sentAt: number, endedAt?: number) => ({
  tenantId,
  deploymentId: `${tenantId}-${sentAt}`,
  sentAt,
  ...(endedAt === undefined ? {} : { endedAt }),
});

it('a tenant that goes on is fine, and so is one whom it concerns', () => {
  expect(judge([request('calm', 150, 200), request('noisy', 150)])).toEqual([]);
});

it.each([
  ['an answer that came too late', [request('calm', 150, 201)]],
  ['an answer that never came', [request('calm', 100)]],
  ['nothing sent meanwhile', [request('calm', 99, 120), request('calm', 201, 210)]],
])('%s is found', (_, requests) => {
  expect(judge(requests)).toHaveLength(1);
});
