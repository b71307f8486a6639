import { createPromptSlots } from './prompt-slots.js';

const PLACE_MS = 500;
const ONE_PLACE = { askedAtOnce: 1, placeMs: PLACE_MS, underWayAtMost: 9 };
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A call that answers after so long, and what is under way or has ended of all such calls. */
function calls() {
  const seen: string[] = [];
  const call = (name: string, ms: number) => () =>
    new Promise<string>((resolve) => {
      seen.push(`${name} begins`);
      setTimeout(() => {
        seen.push(`${name} ends`);
        resolve(name);
      }, ms);
    });
  return { seen, call };
}

test('who answers in time keeps its place until then', async () => {
  const { seen, call } = calls();
  const slots = createPromptSlots(ONE_PLACE);
  const both = Promise.all([slots.use(call('a', 100)), slots.use(call('b', 100))]);
  await jest.advanceTimersByTimeAsync(200);
  expect(await both).toEqual(['a', 'b']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('who is silent holds the next one up for its time in the place only, and is heard all the same', async () => {
  const { seen, call } = calls();
  const slots = createPromptSlots(ONE_PLACE);
  const both = Promise.all([slots.use(call('a', 5_000)), slots.use(call('b', 100))]);
  await jest.advanceTimersByTimeAsync(PLACE_MS);
  expect(seen).toEqual(['a begins', 'b begins']);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(await both).toEqual(['a', 'b']);
});

test('a failure is the caller’s, before and after the place is given away, and frees it', async () => {
  const slots = createPromptSlots(ONE_PLACE);
  const failing = (ms: number) => () =>
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`after ${ms}`)), ms));
  const outcomes = Promise.allSettled([
    slots.use(failing(100)),
    slots.use(failing(5_000)),
    slots.use(() => Promise.resolve('last')),
  ]);
  await jest.advanceTimersByTimeAsync(6_000);
  expect(await outcomes).toMatchObject([
    { reason: { message: 'after 100' } },
    { reason: { message: 'after 5000' } },
    { value: 'last' },
  ]);
});

test('no more are under way than may be, however many have given their places away', async () => {
  const { seen, call } = calls();
  const slots = createPromptSlots({ ...ONE_PLACE, underWayAtMost: 2 });
  const all = Promise.all(['a', 'b', 'c'].map((name) => slots.use(call(name, 5_000))));
  await jest.advanceTimersByTimeAsync(4_999);
  expect(seen).toEqual(['a begins', 'b begins']);
  await jest.advanceTimersByTimeAsync(1);
  expect(seen).toEqual(['a begins', 'b begins', 'a ends', 'c begins']);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(await all).toEqual(['a', 'b', 'c']);
});
