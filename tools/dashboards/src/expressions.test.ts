import { orZero, withoutZero } from './expressions.js';

it('knows a query by its zero, and has it without', () => {
  expect(orZero('count(up == 0)')).toMatch(/^count\(up == 0\) or 0 \* /);
  expect(withoutZero(orZero('count(up == 0)'))).toBe('count(up == 0)');
  expect(withoutZero('a or 0 * b')).toBeUndefined();
});
