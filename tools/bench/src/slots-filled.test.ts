import { slotsFilled } from './slots-filled.js';
import type { WorkMoment } from './timed-activities.js';

const moment = (kind: WorkMoment['kind'], at: number): WorkMoment => ({
  tenantId: 't',
  deploymentId: 'd',
  kind,
  at,
});

describe('slots filled', () => {
  test('what began before counts with what lies inside, and what is open counts to the end', () => {
    const moments = [
      moment('begin', 0),
      moment('begin', 1_500),
      moment('end', 2_000),
      moment('begin', 2_500),
    ];
    // 1 for 0.5 s, 2 for 0.5 s, 1 for 0.5 s, 2 for 0.5 s.
    expect(slotsFilled(moments, 1_000, 3_000)).toEqual({ mean: 1.5, most: 2, endsPerSecond: 0.5 });
  });

  test('what happens outside counts for nothing', () => {
    const moments = [moment('begin', 0), moment('begin', 1), moment('end', 2), moment('end', 9_000)];
    expect(slotsFilled(moments, 1_000, 2_000)).toEqual({ mean: 1, most: 1, endsPerSecond: 0 });
    expect(slotsFilled([], 0, 1_000)).toEqual({ mean: 0, most: 0, endsPerSecond: 0 });
  });
});
