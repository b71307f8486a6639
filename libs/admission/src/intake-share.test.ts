import { IntakeShare, shareOf } from './intake-share.js';

const WINDOW_MS = 1_000;
const LEASE_MS = 200;

function shareWith(partitions: number[], member = 'm-1', at = 0): IntakeShare {
  const share = new IntakeShare(WINDOW_MS, LEASE_MS);
  share.assigned({ member, partitions, all: 12 }, at);
  return share;
}

test('what was gained counts after a whole window', () => {
  const share = shareWith([0, 1, 2, 3]);
  share.confirmed(999);
  expect(share.counted(999)).toEqual({ kind: 'none', until: 1_000 });
  expect(share.counted(1_000)).toEqual({ kind: 'share', own: 4, all: 12 });
  share.revoked();
  share.assigned({ member: 'm-1', partitions: [2, 3, 4, 5, 6], all: 12 }, 1_000);
  expect(share.counted(1_001)).toEqual({ kind: 'share', own: 2, all: 12 });
  share.confirmed(2_000);
  expect(share.counted(2_000)).toEqual({ kind: 'share', own: 5, all: 12 });
});

test('after it was expelled nothing of what it had counts', () => {
  const share = shareWith([0, 1]);
  share.confirmed(5_000);
  share.revoked();
  expect(share.counted(5_000)).toEqual({ kind: 'none' });
  share.assigned({ member: 'm-2', partitions: [0, 1], all: 12 }, 5_000);
  expect(share.counted(5_001)).toEqual({ kind: 'none', until: 6_000 });
});

test('counts only while the group has heard of it a short time ago', () => {
  const share = shareWith([0]);
  expect(share.counted(2_000)).toEqual({ kind: 'none' });
  share.confirmed(2_000);
  share.confirmed(1_500);
  expect(share.counted(2_199)).toMatchObject({ kind: 'share' });
  expect(share.counted(2_200)).toEqual({ kind: 'none' });
});

test('shares never add up to more than the limit', () => {
  expect(shareOf(10, 4, 12) * 3).toBeLessThanOrEqual(10);
  expect(shareOf(10, 12, 12)).toBe(10);
  expect(shareOf(1, 4, 12)).toBe(0);
});
