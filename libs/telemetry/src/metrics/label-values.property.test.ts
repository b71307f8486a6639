import fc from 'fast-check';
import { ALL_METRICS } from './catalogue.js';
import { OTHER } from './bounded-names.js';
import { LabelValues } from './label-values.js';
import { type LabelName, LABELS } from './labels.js';
import type { MetricSpec } from './metric.js';

const MAX_TENANTS = 5;
const labelled = fc.constantFrom<MetricSpec>(...ALL_METRICS).chain((spec) =>
  fc.record({
    spec: fc.constant(spec),
    labels: fc.dictionary(fc.constantFrom<string>(...Object.keys(LABELS)), fc.string()),
  }),
);

test('no label of any metric ever has more values than its bound and other, and no metric a label that is not its own', () => {
  fc.assert(
    fc.property(fc.array(labelled, { minLength: 50, maxLength: 400 }), (recorded) => {
      const values = new LabelValues(MAX_TENANTS);
      const seen = new Map<LabelName, Set<string>>();
      for (const { spec, labels } of recorded) {
        const bounded = values.bounded(spec, labels);
        for (const [name, value] of Object.entries(bounded) as [LabelName, string][]) {
          expect(spec.labels).toContain(name);
          seen.set(name, (seen.get(name) ?? new Set()).add(value));
        }
      }
      for (const [name, found] of seen) {
        found.delete(OTHER);
        expect(found.size).toBeLessThanOrEqual(values.limitOf(name));
      }
    }),
    { numRuns: 30 },
  );
});

test('a limit of no tenants names none', () => {
  const [spec] = ALL_METRICS.filter(({ labels }) => labels.includes('vecino.tenant.id'));
  if (spec === undefined) throw new Error('no metric of a tenant');
  const values = new LabelValues(0);
  values.preferTenants(['acme']);
  expect(values.bounded(spec, { 'vecino.tenant.id': 'acme' })).toEqual({ 'vecino.tenant.id': OTHER });
});
