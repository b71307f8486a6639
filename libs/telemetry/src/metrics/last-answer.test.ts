import { LastAnswer } from './last-answer.js';

const MINUTE_MS = 60_000;

test('what was heard stands for a minute of failures, from the first one on, however old it is', () => {
  const last = new LastAnswer<number>();
  last.heard(7);
  const failed = 10 * MINUTE_MS;
  for (const now of [failed, failed + MINUTE_MS]) {
    last.failed(now);
    expect(last.current).toBe(7);
  }
  last.failed(failed + MINUTE_MS + 1);
  expect(last.current).toBeUndefined();
});

test('an answer begins the minute anew', () => {
  const last = new LastAnswer<number>();
  last.heard(7);
  last.failed(0);
  last.heard(8);
  last.failed(2 * MINUTE_MS);
  expect(last.current).toBe(8);
});

test('what is not there is gone at once', () => {
  const last = new LastAnswer<number>();
  last.heard(7);
  last.forget();
  expect(last.current).toBeUndefined();
});
