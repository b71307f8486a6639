import { RecentIds, RECENT_IDS_CHARACTERS, RECENT_IDS_LIMIT } from './recent-ids.js';

const entry = (n: number, padding = '') => ({ deploymentId: `d${n}`, fingerprint: `f${n}${padding}` });

describe('RecentIds', () => {
  test('remembers the newest, bounded by number', () => {
    const recent = new RecentIds(Array.from({ length: RECENT_IDS_LIMIT + 10 }, (_, n) => entry(n)));
    expect(recent.toArray()).toHaveLength(RECENT_IDS_LIMIT);
    expect(recent.get('d9')).toBeUndefined();
    expect(recent.get('d10')).toEqual(entry(10));
  });

  test('remembers the newest, bounded by size', () => {
    const recent = new RecentIds(Array.from({ length: 100 }, (_, n) => entry(n, 'x'.repeat(10_000))));
    expect(JSON.stringify(recent.toArray()).length).toBeLessThan(RECENT_IDS_CHARACTERS * 1.01);
    expect(recent.get('d99')).toBeDefined();
  });

  test('an id remembered again counts once and becomes the newest', () => {
    const recent = new RecentIds([entry(1), entry(2)]);
    recent.remember({ deploymentId: 'd1', fingerprint: 'other' });
    expect(recent.toArray().map((e) => e.deploymentId)).toEqual(['d2', 'd1']);
    expect(recent.get('d1')?.fingerprint).toBe('other');
  });
});
