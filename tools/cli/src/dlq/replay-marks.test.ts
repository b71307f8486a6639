import { createMarkReader, replayMarks } from './replay-marks.js';

const origin = { topic: 'requests', partition: 3, offset: 7, timestamp: 1_000 };
const letter = (offset: number, of = origin) => ({ place: { partition: 1, offset }, origin: of });
const RECORD = 'requests/3/7/1000';

test('a replay names its letter, and the record that this is a letter of', () => {
  expect(replayMarks('dlq', letter(42).place, origin)).toEqual({
    vecino_replay_of: 'dlq/1/42',
    vecino_replay_origin: RECORD,
  });
});

test('a replay of one letter is one of every letter of its record, and of no other', () => {
  const replay = replayMarks('dlq', letter(42).place, origin);
  expect(createMarkReader('dlq', [letter(43)])(replay)).toBe(RECORD);
  expect(createMarkReader('dlq', [letter(43, { ...origin, offset: 8 })])(replay)).toBeUndefined();
  // The same place on a topic that was made anew.
  expect(createMarkReader('dlq', [letter(43, { ...origin, timestamp: 2_000 })])(replay)).toBeUndefined();
});

test('what names its letter only is known by that; what has no mark is no replay', () => {
  const read = createMarkReader('dlq', [letter(42), letter(43)]);
  expect(read({ vecino_replay_of: Buffer.from('dlq/1/42') })).toBe(RECORD);
  expect(read({ vecino_replay_of: Buffer.from('dlq/1/44') })).toBeUndefined();
  expect(read({})).toBeUndefined();
});
