import { figuresOf } from './figures.js';
import { play } from './testing/small-platform.js';

const limit = (initial: number) => ({ initial, changes: [] });
const fault = { effective: true, leastProgress: 0, drainMs: 100 };
const run = play(
  [
    { tenant: 'acme', router: 1, at: 1_000, course: 'upgraded' },
    { tenant: 'acme', router: 2, at: 1_001, course: 'upgraded' },
    { tenant: 'acme', router: 3, at: 1_002, course: 'upgraded' },
    { tenant: 'acme', router: 4, at: 5_000, course: 'rate-limited' },
    { tenant: 'beta', router: 1, at: 1_000, course: 'faulty' },
  ],
  {
    tenants: [
      {
        tenantId: 'acme',
        cap: { initial: 2, changes: [{ value: 1, asked: 9_000, written: 9_000 }] },
        intake: limit(5),
        promptMs: 9_000,
      },
      { tenantId: 'beta', cap: limit(1), intake: limit(5), promptMs: 9_000 },
    ],
    disturbances: [
      { ...fault, what: 'a kill', from: 900, to: 2_000, concerns: ['acme'] },
      { ...fault, what: 'a freeze', from: 4_000, to: 5_500, concerns: ['beta'] },
    ],
  },
);
const { tenants, disturbances } = figuresOf(run);

it('says what each tenant asked for and got', () => {
  expect(tenants).toMatchObject([
    {
      tenant: 'acme',
      sent: 4,
      accepted: 4,
      ended: 4,
      ends: { UPGRADED: 3, RATE_LIMITED: 1 },
      workflows: 3,
      cap: 2,
      most_running: 2,
      most_under_change: 2,
      intake_limit: 5,
      most_in_a_window: 3,
      // The third waits for a slot.
      longest_ms: 252,
      longest_undisturbed_ms: undefined,
    },
    { tenant: 'beta', sent: 1, ends: { INVALID_FIELD: 1 }, workflows: 0, most_running: 0, median_ms: 9 },
  ]);
});

it('says how long was waited during each fault', () => {
  expect(disturbances).toEqual([
    {
      fault: 'a kill',
      effective: true,
      lasted_ms: 1_100,
      ended_meanwhile: 4,
      longest_unconcerned_ms: 9,
      longest_concerned_ms: 252,
    },
    {
      fault: 'a freeze',
      effective: true,
      lasted_ms: 1_500,
      ended_meanwhile: 1,
      longest_unconcerned_ms: 9,
      longest_concerned_ms: undefined,
    },
  ]);
});
