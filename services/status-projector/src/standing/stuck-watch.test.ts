import type { RunningDeployment } from '@vecino/temporal';
import { StuckWatch } from './stuck-watch.js';

const running = (state: string, runId = 'run-1'): RunningDeployment => ({
  tenantId: 'acme',
  deploymentId: 'd-1',
  runId,
  taskQueue: 'q',
  state,
});
const LIMIT_MS = 100;

function watch() {
  const stuck = new StuckWatch();
  return (now: number, ...deployments: readonly RunningDeployment[]) =>
    stuck.look(deployments, now, () => LIMIT_MS).map(({ runId }) => runId);
}

test('a deployment is stuck once it has been in one state for twice the time that it may take', () => {
  const look = watch();
  expect(look(0, running('STAGING'))).toEqual([]);
  expect(look(2 * LIMIT_MS, running('STAGING'))).toEqual([]);
  expect(look(2 * LIMIT_MS + 1, running('STAGING'))).toEqual(['run-1']);
});

test('another state is progress, and another run another deployment', () => {
  const look = watch();
  look(0, running('STAGING'));
  expect(look(250, running('STAGED'))).toEqual([]);
  expect(look(300, running('STAGED'), running('STAGED', 'run-2'))).toEqual([]);
  expect(look(460, running('STAGED'), running('STAGED', 'run-2'))).toEqual(['run-1']);
});

test('one that was not listed begins anew', () => {
  const look = watch();
  look(0, running('STAGING'));
  look(100);
  expect(look(250, running('STAGING'))).toEqual([]);
});
