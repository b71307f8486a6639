import { describe as described } from './background.js';
import { toldFault } from './told-fault.js';
import { upFailure } from './up-failure.js';

const END = { how: 'exit code 1', logPath: '/clone/.vecino/logs/up.log' };
const failedState = (message: string) => ({
  phase: 'failed' as const,
  pid: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  message,
  env: {},
  parts: [],
});

it('a platform that did not come up is told with the causes that its process has left', () => {
  const error = new Error('there is no Temporal CLI', { cause: new Error('could not download it') });
  const state = failedState(described(error));
  expect(toldFault(upFailure({ ...END, state }))).toEqual({
    code: 'PLATFORM_FAILED',
    text: expect.stringContaining(END.logPath) as string,
    cause: ['there is no Temporal CLI', 'could not download it'],
    next: expect.stringContaining('./vecino doctor') as string,
  });
});

it('and with how it ended where it left none', () => {
  expect(toldFault(upFailure({ ...END, state: undefined })).cause).toEqual([
    'the process that was to stay ended with exit code 1',
  ]);
});
