import { createBusy } from '../busy.js';
import { type Check, held } from '../checks/check.js';
import { repositoryAt } from '../repository.js';
import { runChecks } from './test.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const lasting = (ms: number, rest: Partial<Check> = {}): Check => ({
  section: 'lint',
  title: 'eslint',
  run: async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return held();
  },
  ...rest,
});

/** What is shown beside the lines of the sections. */
async function progressOf(check: Check, ms: number): Promise<string[]> {
  const shown: string[] = [];
  const screen = createBusy({ write: (text: string) => shown.push(text) });
  const running = runChecks([check], { repository: repositoryAt('/nowhere', {}) }, () => undefined, screen);
  await jest.advanceTimersByTimeAsync(ms);
  await running;
  return shown;
}

it('a check that takes long says so while it runs', async () => {
  expect(await progressOf(lasting(13_000), 13_000)).toEqual(['… eslint (2.0 s)\n', '… eslint (12 s)\n']);
});

it('nothing is written amid the lines of a check that shows by itself how far it is', async () => {
  expect(await progressOf(lasting(13_000, { isLive: true }), 13_000)).toEqual([]);
});

it('a check that throws has failed', async () => {
  const throwing = lasting(0, { run: () => Promise.reject(new Error('no eslint')) });
  const [result] = await runChecks(
    [throwing],
    { repository: repositoryAt('/nowhere', {}) },
    () => undefined,
    createBusy({ write: () => undefined }),
  );
  expect(result).toMatchObject({ failed: 1, output: 'no eslint' });
});
