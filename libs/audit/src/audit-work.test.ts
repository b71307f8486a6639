import { audit } from './audit.js';
import type { Evidence } from './evidence/evidence.js';
import { figuresOf } from './figures.js';
import { type Order, play } from './testing/small-platform.js';
import { tooLittle } from './too-little.js';

/** Tenants at an even pace, every tenth request a faulty one, and a fault now and then. */
function historyOf(requests: number): Evidence {
  const orders = Array.from({ length: requests }, (_, number): Order => {
    const course = number % 10 === 0 ? 'faulty' : number % 3 === 0 ? 'upgraded' : 'already-running';
    return {
      tenant: `tenant-${number % 8}`,
      router: number % 97,
      at: 1_000 + 10 * number,
      course,
      twice: number % 5 === 0,
    };
  });
  const disturbances = [0, 1, 2, 3].map((nth) => {
    const from = 1_000 + nth * requests * 2;
    return {
      what: `fault ${nth}`,
      from,
      to: from + 500,
      concerns: ['tenant-1'],
      effective: true,
      leastProgress: 1,
      drainMs: 100,
    };
  });
  return play(orders, { disturbances });
}

/** How often a field of a record is read. */
function readsOf(evidence: Evidence, work: (evidence: Evidence) => unknown): number {
  let reads = 0;
  const watched = <T extends object>(record: T): T =>
    new Proxy(record, {
      get: (target, name) => {
        reads += 1;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'object' && value !== null && !Array.isArray(value) ? watched(value) : value;
      },
    });
  const lists = Object.entries(evidence).map(([name, list]) => [
    name,
    Array.isArray(list) ? (list as object[]).map(watched) : (list as unknown),
  ]);
  work(Object.fromEntries(lists) as Evidence);
  return reads;
}

const FEW = 100;
const TIMES = 4;

it.each([
  ['to judge', (evidence: Evidence) => audit(evidence)],
  [
    'to say whether it was enough',
    (evidence: Evidence) => tooLittle(evidence, { accepted: 1, acceptedPerTenant: 1 }),
  ],
  ['to count', (evidence: Evidence) => figuresOf(evidence)],
])('the work %s grows with the records, and hardly faster', (_, work) => {
  const few = readsOf(historyOf(FEW), work);
  const many = readsOf(historyOf(TIMES * FEW), work);
  // Sorting costs a factor of log(4n)/log(n), 1.3 here.
  expect(many / few).toBeLessThan(1.5 * TIMES);
});

it('the work does not grow out of hand where much is wrong', () => {
  const wrong = (requests: number): Evidence => {
    const { statuses, deadLetters, tenants, ...rest } = historyOf(requests);
    const none = { initial: 0, changes: [] };
    return {
      ...rest,
      statuses: statuses.filter((_, index) => index % 3 !== 0),
      deadLetters: deadLetters.filter((_, index) => index % 2 === 0),
      tenants: tenants.map((one) => ({ ...one, cap: none, intake: none })),
    };
  };
  const few = readsOf(wrong(FEW), audit);
  const many = readsOf(wrong(TIMES * FEW), audit);
  expect(many / few).toBeLessThan(2 * TIMES);
});
