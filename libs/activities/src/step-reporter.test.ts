import { silentLogger } from '@vecino/telemetry';
import type { StepProgress } from '@vecino/workflows';
import { StepReporter } from './step-reporter.js';

test('progress is told without secrets, and so are the heartbeats that repeat it', () => {
  const told: StepProgress[] = [];
  let now = 0;
  const tell = async (progress: StepProgress) => void told.push(progress);
  const reporter = new StepReporter('install', tell, { now: () => now }, silentLogger);
  now = 60_000;
  reporter.report({ percent: '50', waiting_for: 'the router says: password=hunter2' });
  const details = { percent: '50', waiting_for: 'the router says: password=[redacted]' };
  expect(told).toEqual([{ step: 'install', details }]);
  expect(reporter.progress).toEqual(details);
});
