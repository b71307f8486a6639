import { type Exit, type Service } from '@vecino/devstack';
import { crashViolation, isCrash, ServiceKeeper } from './service-keeper.js';

it.each<[string, Exit, boolean]>([
  ['aborted', { code: null, signal: 'SIGABRT' }, true],
  ['an exception', { code: 1, signal: null }, true],
  ['killed', { code: null, signal: 'SIGKILL' }, false],
  ['told to end', { code: 0, signal: null }, false],
  ['told to end, with work given up', { code: 3, signal: null }, false],
])('%s', (_what, exit, expected) => {
  expect(isCrash(exit)).toBe(expected);
});

it('starts what has crashed again, once for each crash, and tells its last lines', async () => {
  let exit: Exit | undefined = { code: null, signal: 'SIGABRT' };
  const restart = jest.fn(() => Promise.resolve(void (exit = undefined)));
  // No process: how it ends is all that is looked at.
  const service = {
    name: 'worker-shared',
    get process() {
      return { exit, wholeOutput: () => 'first\nlast\n' };
    },
    restart,
  } as unknown as Service;
  const keeper = new ServiceKeeper([service]);
  await Promise.all([keeper.look(), keeper.look()]);
  await keeper.look();
  expect(restart).toHaveBeenCalledTimes(1);
  expect(keeper.crashes.map(crashViolation)).toMatchObject([
    {
      subject: 'worker-shared',
      text: 'ended by itself with SIGABRT',
      records: [{ lastLines: ['first', 'last'] }],
    },
  ]);
});

it('counts a crash once, however often the restart fails', async () => {
  // No process: how it ends is all that is looked at.
  const processOf = (exit: Exit | undefined) => ({ exit, wholeOutput: () => '' });
  let process = processOf({ code: 1, signal: null });
  let restarts = 0;
  const restart = () => {
    restarts += 1;
    if (restarts <= 2) return Promise.reject(new Error('not ready'));
    process = processOf(undefined);
    return Promise.resolve();
  };
  const service = {
    name: 'ingest',
    get process() {
      return process;
    },
    restart,
  } as unknown as Service;
  const keeper = new ServiceKeeper([service]);
  for (let nth = 1; nth <= 4; nth += 1) await keeper.look();
  expect(restarts).toBe(3);
  expect(keeper.crashes).toHaveLength(1);
  // Another crash of the same service is another one.
  process = processOf({ code: 1, signal: null });
  await keeper.look();
  expect(keeper.crashes).toHaveLength(2);
});
