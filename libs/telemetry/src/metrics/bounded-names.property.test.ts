import fc from 'fast-check';
import { BoundedNames, OTHER } from './bounded-names.js';

const value = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((n) => `t-${n}`),
  fc.constant(OTHER),
  fc.string(),
);
const limit = fc.integer({ min: 0, max: 20 });

test('whatever comes, there are no more names than allowed, and the rest is other', () => {
  fc.assert(
    fc.property(limit, fc.array(value, { maxLength: 200 }), (max, values) => {
      const names = new BoundedNames(max);
      const given = new Set(values.map((one) => names.nameOf(one)));
      given.delete(OTHER);
      expect(given.size).toBeLessThanOrEqual(max);
    }),
  );
});

test('a value has one name for ever: its own or other', () => {
  fc.assert(
    fc.property(limit, fc.array(value, { maxLength: 200 }), (max, values) => {
      const names = new BoundedNames(max);
      const first = new Map<string, string>();
      for (const one of values) {
        const name = names.nameOf(one);
        expect([one, OTHER]).toContain(name);
        expect(name).toBe(first.get(one) ?? name);
        first.set(one, name);
      }
    }),
  );
});

test('those that are preferred are named, as many as may be, whoever comes before them', () => {
  fc.assert(
    fc.property(
      limit,
      fc.uniqueArray(value, { maxLength: 30 }),
      fc.array(value),
      (max, preferred, values) => {
        const names = new BoundedNames(max);
        names.prefer(preferred);
        for (const one of values) names.nameOf(one);
        const nameable = preferred.filter((one) => one !== OTHER).slice(0, max);
        expect(nameable.map((one) => names.nameOf(one))).toEqual(nameable);
      },
    ),
  );
});
