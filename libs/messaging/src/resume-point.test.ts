import { resumeAt } from './resume-point.js';

const before = { done: 500, read: 1_000 };

test.each([
  ['nothing is known of an earlier session', undefined, 700, undefined],
  ['reading begins at what is done', before, 500, undefined],
  ['reading begins before it', before, 100, undefined],
  ['an old fetch is answered late: records were given up half done', before, 1_000, 500],
  ['reading begins between', before, 700, 500],
  ['others have gone further than we ever read', before, 1_001, undefined],
])('%s', (_case, point, from, expected) => {
  expect(resumeAt(point, from)).toBe(expected);
});
