import { nearMisses } from './near-misses.js';

const known = ['acme', 'acme-2', 'amovil', 'chogar', 'limits.queue', 'limits.weight'];

test.each([
  ['acmee', ['acme']],
  ['amce', ['acme']],
  ['amovli', ['amovil']],
  ['limits.queu', ['limits.queue']],
  ['acme-', ['acme', 'acme-2']],
  ['nobody', []],
  ['', []],
])('%j', (typed, near) => {
  expect(nearMisses(typed, known)).toEqual(near);
});
