import { fromPlace } from './from-place.js';

test.each([
  [['a', 'b', 'c'], 0, ['a', 'b', 'c']],
  [['a', 'b', 'c'], 2, ['c', 'a', 'b']],
  [['a', 'b', 'c'], 4, ['b', 'c', 'a']],
  [[], 7, []],
])('%j from %d is %j', (list, place, turned) => expect(fromPlace(list, place)).toEqual(turned));
