import { ReadingWatch, SILENT_AFTER_MS } from './reading-watch.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('is at fault until it is a member, while nothing comes back, and once it has left', () => {
  const reading = new ReadingWatch();
  expect(reading.fault).toBe('not in the consumer group yet');
  reading.joined();
  expect(reading.fault).toBeUndefined();
  jest.advanceTimersByTime(SILENT_AFTER_MS - 1);
  reading.fetched();
  jest.advanceTimersByTime(SILENT_AFTER_MS - 1);
  expect(reading.fault).toBeUndefined();
  jest.advanceTimersByTime(2_001);
  expect(reading.fault).toBe('nothing fetched for 6 s');
  reading.left(new Error('no broker'));
  expect(reading.fault).toBe('not in the consumer group: no broker');
  reading.joined();
  expect(reading.fault).toBeUndefined();
});

test('turns with everything that it hears', () => {
  const reading = new ReadingWatch();
  const before = reading.beats;
  reading.joined();
  reading.fetched();
  reading.left(new Error('no broker'));
  reading.beat();
  expect(reading.beats).toBe(before + 4);
});
