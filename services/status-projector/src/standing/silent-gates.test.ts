import { LOOK_LIMITS } from './look-limits.js';
import { SilentGates } from './silent-gates.js';

/** In which of these looks a gate is asked that never answers. */
function askedIn(looks: number): number[] {
  const silent = new SilentGates();
  return Array.from({ length: looks }, (_, look) => look).filter((look) => {
    if (silent.resting(look).has('a')) return false;
    silent.add('a', look);
    return true;
  });
}

test('the longer a gate is silent, the less often it is asked, up to a limit', () => {
  expect(askedIn(40)).toEqual([0, 1, 3, 7, 15, 23, 31, 39]);
  expect(LOOK_LIMITS.silentLooksAtMost).toBe(8);
});

test('one that has answered begins anew', () => {
  const silent = new SilentGates();
  for (const look of [0, 1, 3]) silent.add('a', look);
  silent.delete('a');
  expect(silent.ids()).toEqual(new Set());
  silent.add('a', 9);
  expect(silent.resting(9)).toEqual(new Set(['a']));
  expect(silent.resting(10)).toEqual(new Set());
  expect(silent.ids()).toEqual(new Set(['a']));
});
