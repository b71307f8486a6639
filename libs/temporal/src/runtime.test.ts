import type { LogLevel } from '@temporalio/common';
import { createLogger } from '@vecino/telemetry';
import { temporalLogger } from './runtime.js';

const written = () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = temporalLogger(createLogger({ service: 'worker', level: 'debug', destination }));
  return { logger, lines };
};

test("a workflow's line names its tenant and deployment", () => {
  const { logger, lines } = written();
  logger.info('deployment starts', {
    sdkComponent: 'workflow',
    workflowId: 'deployment/chogar/d-1',
    router_id: 'r1',
  });
  expect(lines).toMatchObject([
    { level: 'info', tenant_id: 'chogar', deployment_id: 'd-1', router_id: 'r1', msg: 'deployment starts' },
  ]);
});

test.each<[LogLevel, string, string]>([
  ['TRACE', 'core', 'debug'],
  ['DEBUG', 'activity', 'debug'],
  ['INFO', 'activity', 'info'],
  ['INFO', 'worker', 'debug'],
  ['WARN', 'worker', 'warn'],
  ['ERROR', 'worker', 'error'],
])('%s of %s is written as %s', (level, sdkComponent, expected) => {
  const { logger, lines } = written();
  logger.log(level, 'line', { sdkComponent });
  expect(lines).toMatchObject([{ level: expected }]);
});

test('an error keeps its stack', () => {
  const { logger, lines } = written();
  logger.warn('Activity failed', { error: new Error('no route to host') });
  expect(lines).toMatchObject([{ err: { message: 'no route to host', stack: expect.any(String) } }]);
});
