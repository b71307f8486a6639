import { logTail } from './log-tail.js';

const line = (fields: object): string => JSON.stringify(fields);

it('shows why a service ended, as people read it, and all else as it was said', () => {
  const output = [
    'left out',
    'Exception in thread "main"',
    line({ level: 'info', msg: 'stopping' }),
    line({ level: 'error', msg: 'nothing is started', faults: ['A: is', 'B: are'], next: 'mend them' }),
    line({ level: 'error', msg: 'cannot start', err: { message: 'no such file' }, next: 'mend it' }),
    line({ level: 'error', msg: 'bare' }),
    '{ cut off',
  ];
  expect(logTail(`${output.join('\n')}\n`, 6)).toBe(
    [
      'Exception in thread "main"',
      '{"level":"info","msg":"stopping"}',
      'error: nothing is started',
      '  A: is',
      '  B: are',
      '  mend them',
      'error: cannot start',
      '  no such file',
      '  mend it',
      'error: bare',
      '{ cut off',
    ].join('\n'),
  );
});
