import { type AnswerSeries, complaints, isRightThousandfold, type Right } from './right.js';

const series = (tenant: string, ...values: readonly number[]): AnswerSeries => ({
  labels: { vecino_tenant_id: tenant },
  values,
});
const right: Right = {
  all: [0, 10],
  peak: [3, 10],
  has: [{ labels: { 'vecino.tenant.id': 'acme' }, peak: [3, 4] }],
};

it.each([
  ['the answer', [series('acme', 1, 3), series('beta', 0)]],
  ['gaps in it', [series('acme', NaN, 3, NaN), series('beta', NaN)]],
])('%s is right', (_, answer) => {
  expect(complaints(answer, right)).toEqual([]);
});

it.each([
  ['no series', [], /no answer/],
  ['no numbers', [series('acme', NaN, Infinity)], /no value/],
  ['a value that is too large', [series('acme', 3), series('beta', 11)], /beta.* is 11/],
  ['a value that is too small', [series('acme', 3), series('beta', -1)], /beta.* is -1/],
  ['nothing that is large enough', [series('acme', 2)], /largest is 2/],
  ['nobody who must be there', [series('beta', 5)], /no \{vecino_tenant_id="acme"\}/],
  ['somebody who is not as must be', [series('acme', 5)], /acme.* is 5/],
])('%s is wrong', (_, answer, said) => {
  expect(complaints(answer, right).join('\n')).toMatch(said);
});

it('is wrong where others are there, if they may not', () => {
  const answer = [series('acme', 3), series('beta', 0)];
  expect(complaints(answer, { ...right, only: true })).toEqual([
    '{vecino_tenant_id="beta"} should not be there',
  ]);
});

it.each([
  ['another value', [series('acme', 4)]],
  ['a series more', [series('acme', 3), series('beta', 3)]],
  ['none', []],
])('is wrong where the same question has %s for an answer', (_, same) => {
  expect(complaints([series('acme', 3)], right, [series('acme', 3.01)])).toEqual([]);
  expect(complaints([series('acme', 3)], right, same)).not.toEqual([]);
});

describe('what would be right a thousand times as large', () => {
  const seconds = [series('acme', 0.1, 0.2)];
  const judged = (bounds: Partial<Right>, answer: readonly AnswerSeries[] = seconds) =>
    isRightThousandfold(answer, { all: [0, 300], ...bounds });

  it('is found, also where bounds are far below a thousand', () => {
    expect(judged({})).toBe(true);
    expect(judged({ peak: [0.001, 300], has: [{ labels: { 'vecino.tenant.id': 'acme' } }] })).toBe(true);
  });

  it.each<[string, Partial<Right>]>([
    ['of all values', { all: [0, 150] }],
    ['of the largest', { peak: [0.15, 149] }],
    ['of a series', { has: [{ labels: { 'vecino.tenant.id': 'acme' }, peak: [0.15, 149] }] }],
  ])('is none with bounds %s that are closer', (_, bounds) => {
    expect(judged(bounds)).toBe(false);
  });

  it('is none where another query has the answer, and nothing is said of zero', () => {
    expect(isRightThousandfold(seconds, { all: [0, 300] }, seconds)).toBe(false);
    expect(judged({}, [series('acme', 0, NaN)])).toBe(false);
  });
});
