import { deadLetterHeaders } from '@vecino/contracts';
import { deadLetterOf, parsePlace } from './dead-letter.js';

const cause = {
  code: 'MALFORMED',
  text: 'no',
  topic: 'requests',
  partition: 3,
  offset: 7,
  timestamp: 1_000,
} as const;

test('a letter is taken apart into why, where from, and the record as it was', () => {
  const original = { traceparent: Buffer.from('00-a-b-01'), twice: [Buffer.from('x'), Buffer.from('y')] };
  const letter = deadLetterOf({
    partition: 1,
    offset: 42,
    timestamp: 2_000,
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    headers: deadLetterHeaders(original, cause),
  });
  expect(letter).toMatchObject({
    place: { partition: 1, offset: 42 },
    at: 2_000,
    code: 'MALFORMED',
    text: 'no',
  });
  expect(letter.origin).toEqual({ topic: 'requests', partition: 3, offset: 7, timestamp: 1_000 });
  expect(letter.headers).toEqual(original);
});

test.each([{}, { '__connect.errors.topic': 'requests', '__connect.errors.partition': 'three' }])(
  'a record that others wrote comes from nowhere: %j',
  (headers) => {
    const record = { partition: 0, offset: 0, timestamp: 0, key: null, value: null, headers };
    expect(deadLetterOf(record).origin).toBeUndefined();
  },
);

test.each([
  ['1/42', { partition: 1, offset: 42 }],
  ['deployment-requests.dlq/1/42', { partition: 1, offset: 42 }],
  ['deployment-requests/1/42', undefined],
  ['42', undefined],
  ['1/-2', undefined],
  ['1/2/3/4', undefined],
])('%s', (text, place) => {
  expect(parsePlace(text, 'deployment-requests.dlq')).toEqual(place);
});
