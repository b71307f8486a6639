import fc from 'fast-check';
import { FaultPlan } from './fault-plan.js';
import { faultSchema, type FaultSettings } from './fault.js';
import { seededRandom } from './seeded-random.js';

const planOf = (settings: readonly FaultSettings[], seed = 'seed') =>
  new FaultPlan(
    settings.map((one) => faultSchema.parse(one)),
    seededRandom(seed),
  );

describe('a plan of faults', () => {
  it('strikes in the order written, each as often as it says', () => {
    const plan = planOf([
      { kind: 'install-error', type: 'SYNC_FAIL', times: 2 },
      { kind: 'reboot-never-starts' },
      { kind: 'install-error', type: 'PARSE_FAIL' },
    ]);
    const types = [1, 2, 3, 4].map(() => plan.take('install-error')?.type);
    expect(types).toEqual(['SYNC_FAIL', 'SYNC_FAIL', 'PARSE_FAIL', undefined]);
    expect(plan.struck()).toEqual({ 'install-error': 3 });
    expect(plan.list()).toMatchObject([{ kind: 'reboot-never-starts' }]);
  });

  it('lets pass what it is told to skip', () => {
    const plan = planOf([{ kind: 'reboot-never-starts', skip: 2 }]);
    const hits = [1, 2, 3, 4].map(() => plan.take('reboot-never-starts') !== undefined);
    expect(hits).toEqual([false, false, true, false]);
  });

  it('is not used up by a fault that was armed and had no effect', () => {
    const plan = planOf([{ kind: 'drop-stream', atByte: 10 }]);
    expect(plan.arm('drop-stream')).toBeDefined();
    expect(plan.struck()).toEqual({});
    plan.arm('drop-stream')?.strike();
    expect(plan.arm('drop-stream')).toBeUndefined();
    expect(plan.struck()).toEqual({ 'drop-stream': 1 });
  });

  it('strikes by chance as its seed has it', () => {
    const hits = (seed: string) => {
      const plan = planOf([{ kind: 'unavailable', times: 1_000, probability: 0.5 }], seed);
      return Array.from({ length: 64 }, () => plan.take('unavailable') !== undefined);
    };
    expect(hits('a')).toEqual(hits('a'));
    expect(hits('a')).not.toEqual(hits('b'));
    const share = hits('a').filter(Boolean).length / 64;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
  });

  it('never strikes more often than all its faults together allow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ times: fc.integer({ min: 1, max: 4 }), skip: fc.integer({ min: 0, max: 3 }) }), {
          maxLength: 5,
        }),
        (faults) => {
          const plan = planOf(faults.map((fault) => ({ kind: 'reboot-never-starts', ...fault })));
          const opportunities = faults.reduce((sum, { times, skip }) => sum + times + skip, 0);
          const hits = Array.from({ length: opportunities }, () => plan.take('reboot-never-starts')).filter(
            Boolean,
          );
          expect(hits).toHaveLength(faults.reduce((sum, { times }) => sum + times, 0));
          expect(plan.list()).toEqual([]);
          expect(plan.take('reboot-never-starts')).toBeUndefined();
        },
      ),
    );
  });
});

describe('a fault', () => {
  it.each([
    { kind: 'nothing-we-know' },
    { kind: 'drop-stream' },
    { kind: 'drop-stream', atByte: -1 },
    { kind: 'install-error', type: 'BROKEN' },
    { kind: 'call-error', rpc: 'Verify', code: 'OK' },
    { kind: 'reboot-never-starts', times: 0 },
    { kind: 'reboot-never-starts', probability: 2 },
    { kind: 'reboot-never-starts', unknown: true },
  ])('is not %j', (fault) => expect(faultSchema.safeParse(fault).success).toBe(false));
});
