import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type DeploymentRun } from '@vecino/temporal';
import { type Explanation } from '@vecino/workflows';
import { whyNotRetry } from './may-retry.js';
import { type PastDeployment } from './past-deployment.js';

const told = (state: NetworkDeploymentStatus['state']): PastDeployment => ({
  last: { state, occurred_at: 0 } as NetworkDeploymentStatus,
});
const explained = (state: Explanation['state'], code = 'INSTALL_FAILED'): PastDeployment => ({
  explanation: { state, sentence: `it is ${state}`, reason: { code, text: '' } } as Explanation,
});
const run = (isRunning: boolean): PastDeployment => ({ run: { isRunning, startedAt: 0 } as DeploymentRun });
const refusedAs = (past: PastDeployment, evenIfSucceeded = false) =>
  whyNotRetry(past, { deploymentId: 'd-1', tenantId: 'acme', evenIfSucceeded })?.code;

it.each([
  told('FAILED'),
  told('REJECTED'),
  told('CANCELLED'),
  told('ROLLED_BACK'),
  explained('closed'),
  run(false),
])('repeats what has ended', (past) => {
  expect(refusedAs(past)).toBeUndefined();
});

it.each([
  told('QUEUED'),
  told('STAGING'),
  explained('queued'),
  explained('running'),
  explained('holding'),
  run(true),
])('refuses while the old one has not ended', (past) => {
  expect(refusedAs(past)).toBe('NOT_ENDED');
  expect(refusedAs(past, true)).toBe('NOT_ENDED');
});

it.each([told('SUCCEEDED'), explained('closed', 'UPGRADED'), explained('closed', 'ALREADY_RUNNING')])(
  'repeats a success only where it is asked to',
  (past) => {
    expect(refusedAs(past)).toBe('SUCCEEDED');
    expect(refusedAs(past, true)).toBeUndefined();
  },
);

it('refuses what nobody knows', () => {
  expect(refusedAs({})).toBe('UNKNOWN_DEPLOYMENT');
  expect(refusedAs(explained('unknown'))).toBe('UNKNOWN_DEPLOYMENT');
});
