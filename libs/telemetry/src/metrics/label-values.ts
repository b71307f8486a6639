import { BoundedNames, OTHER } from './bounded-names.js';
import { type LabelBound, type LabelName, LABELS } from './labels.js';
import type { Labels, MetricSpec } from './metric.js';

export const DEFAULT_MAX_TENANTS = 200;

/** Task queues and namespaces that are no tenant's. */
const SHARED_PLACES = 16;

/** Sees that no label has more values than its bound, and one more, `other`. */
export class LabelValues {
  readonly #names = new Map<LabelName, BoundedNames>();
  readonly #maxTenants: number;

  constructor(maxTenants: number) {
    this.#maxTenants = maxTenants;
  }

  /** Tenants that are to be named rather than others, the first of them first. */
  preferTenants(tenantIds: Iterable<string>): void {
    this.#namesOf('vecino.tenant.id').prefer(tenantIds);
  }

  /** The labels as they are exported: only those that the metric has. */
  bounded<Spec extends MetricSpec>(spec: Spec, labels: Labels<Spec>): Record<string, string> {
    const bounded: Record<string, string> = {};
    for (const name of spec.labels) {
      const value = labels[name as keyof Labels<Spec>];
      if (value !== undefined) bounded[name] = this.#valueOf(name, value);
    }
    return bounded;
  }

  #valueOf(name: LabelName, value: string): string {
    const bound: LabelBound = LABELS[name].bound;
    if (typeof bound !== 'string' && typeof bound !== 'number') return bound.includes(value) ? value : OTHER;
    return this.#namesOf(name).nameOf(value);
  }

  #namesOf(name: LabelName): BoundedNames {
    let names = this.#names.get(name);
    if (names === undefined) this.#names.set(name, (names = new BoundedNames(this.limitOf(name))));
    return names;
  }

  /** How many values have a name. */
  limitOf(name: LabelName): number {
    const bound: LabelBound = LABELS[name].bound;
    if (typeof bound === 'number') return bound;
    if (bound === 'tenants')
      return name === 'vecino.tenant.id' ? this.#maxTenants : this.#maxTenants + SHARED_PLACES;
    return bound.length;
  }
}
