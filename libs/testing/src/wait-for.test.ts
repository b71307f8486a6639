import { waitFor } from './wait-for.js';

test('gives back the first answer that is there', async () => {
  let asked = 0;
  const answer = await waitFor(() => (++asked < 3 ? undefined : asked), { everyMs: 1 });
  expect(answer).toBe(3);
});

test('a question that fails is asked again', async () => {
  let asked = 0;
  const ask = () => (++asked < 2 ? Promise.reject(new Error('not yet')) : Promise.resolve('there'));
  await expect(waitFor(ask, { everyMs: 1 })).resolves.toBe('there');
});

test('says what did not come, and why the last question failed', async () => {
  const cause = new Error('still refused');
  const failed = waitFor(() => Promise.reject(cause), { timeoutMs: 5, everyMs: 1, what: 'the broker' });
  await expect(failed).rejects.toMatchObject({ message: 'the broker did not come within 5 ms', cause });
});

test('zero and the empty string are answers', async () => {
  await expect(waitFor(() => 0, { timeoutMs: 5 })).resolves.toBe(0);
  await expect(waitFor(() => '', { timeoutMs: 5 })).resolves.toBe('');
});
