import { countEach, jainIndex, shares, starved, worstShareError } from './fairness-measures.js';

describe('measures of fairness', () => {
  test("Jain's index is 1 for equals and 1/n where one gets everything", () => {
    expect(jainIndex([3, 3, 3])).toBe(1);
    expect(jainIndex([9, 0, 0])).toBeCloseTo(1 / 3);
    expect(jainIndex([1, 2, 3])).toBeCloseTo(36 / 42);
    expect(jainIndex([0, 0])).toBeNaN();
  });

  test('shares add up to the whole', () => {
    expect(shares([1, 3])).toEqual([0.25, 0.75]);
  });

  test('the worst share error is relative to the share that the weight asks for', () => {
    expect(worstShareError([10, 20, 40, 80], [1, 2, 4, 8])).toBe(0);
    // The lightest got half of its 1/15; the others share the rest.
    expect(worstShareError([5, 20.36, 40.71, 83.93], [1, 2, 4, 8])).toBeCloseTo(0.5);
    expect(worstShareError([1, 1], [1, 3])).toBeCloseTo(1);
  });

  test('each is counted, also who was never served', () => {
    expect(countEach(['a', 'b', 'a'], ['a', 'b', 'c'])).toEqual([2, 1, 0]);
  });

  test('starved is who misses one part of the time, however much it gets in the others', () => {
    expect(starved(['a', 'b', 'b', 'a'], ['a', 'b'], 2)).toBe(0);
    expect(starved(['a', 'a', 'b', 'a'], ['a', 'b'], 2)).toBe(1);
    expect(starved([], ['a'], 1)).toBe(1);
  });
});
