import { play } from './testing/small-platform.js';
import { type Bar, tooLittle } from './too-little.js';
import { INVARIANTS } from './violation.js';

const fault = { from: 1_000, to: 2_000, concerns: [], leastProgress: 0, drainMs: 0 };
const run = play(
  [
    { tenant: 'acme', router: 1, at: 1_000, course: 'upgraded' },
    { tenant: 'acme', router: 2, at: 1_010, course: 'faulty' },
    { tenant: 'beta', router: 1, at: 1_020, course: 'already-running' },
  ],
  { disturbances: [{ ...fault, what: 'a kill', effective: true, deadLettersAway: true }] },
);
const BAR: Bar = { accepted: 3, acceptedPerTenant: 1, upgraded: 1, effective: 1 };

it('a run with enough of everything is enough', () => {
  expect(tooLittle(run, BAR)).toEqual([]);
});

it.each([
  ['requests', { accepted: 4 }, 'only 3 requests were accepted, not 4'],
  ['requests of each tenant', { acceptedPerTenant: 2 }, 'only 1 requests of beta were accepted, not 2'],
  ['upgrades', { upgraded: 2 }, 'only 1 routers were upgraded, not 2'],
  ['faults', { effective: 2 }, 'only 1 faults had an effect, not 2'],
])('too few %s are told', (_, more, said) => {
  expect(tooLittle(run, { ...BAR, ...more })).toEqual([said]);
});

it('a fault without effect is told, and does not count', () => {
  const disturbances = [...run.disturbances, { ...fault, what: 'a freeze', effective: false }];
  expect(tooLittle({ ...run, disturbances }, BAR)).toEqual(['a freeze had no effect']);
});

it('who asked for less during a fault than had to end is told', () => {
  const disturbances = [
    { ...fault, what: 'a freeze', effective: true, leastProgress: 2, concerns: ['acme'] },
  ];
  expect(tooLittle({ ...run, disturbances }, { ...BAR, without: ['I12'] })).toEqual([
    'beta asked for only 1 during a freeze, where 2 had to end',
  ]);
});

it.each([
  ['requests', { requests: [], ledger: [] }, 'I1'],
  ['statuses', { statuses: [] }, 'I2'],
  ['canaries', { canaryFindings: [] }, 'I5'],
  ['calls', { routerLog: [] }, 'I6'],
  ['workflows', { executions: [] }, 'I7'],
  ['grants', { grants: [] }, 'I9'],
  ['commits', { commits: [] }, 'I10'],
  ['dead letters', { deadLetters: [] }, 'I11'],
  ['faults', { disturbances: [] }, 'I13'],
  ['routers', { routers: [] }, 'I14'],
])('without %s nothing is shown', (_, less, invariant) => {
  const said = `nothing was there to judge ${invariant} by`;
  expect(tooLittle({ ...run, ...less }, { accepted: 0 })).toContain(said);
  expect(tooLittle({ ...run, ...less }, { accepted: 0, without: INVARIANTS })).not.toContain(said);
});
