import { isAhead } from './source-positions.js';

describe('isAhead', () => {
  const taken = { offset: 10, timestamp: 500 };
  test.each([
    ['the first record of a partition', undefined, { offset: 0, timestamp: 1 }, true],
    ['the next record', taken, { offset: 11, timestamp: 500 }, true],
    ['the same record again', taken, taken, false],
    ['an older record after offsets were reset', taken, { offset: 3, timestamp: 480 }, false],
    ['the first record of a topic that was created again', taken, { offset: 0, timestamp: 501 }, true],
  ])('%s', (_, position, record, ahead) => {
    expect(isAhead(position, record)).toBe(ahead);
  });
});
