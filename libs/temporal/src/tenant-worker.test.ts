import { POOL_LIMITS, pollsOf, tenantLimits, type WorkerLimits } from './tenant-worker.js';

const limits = (over: Partial<WorkerLimits>): WorkerLimits => ({ ...POOL_LIMITS, ...over });

test.each<[string, WorkerLimits, number, number]>([
  ['the pool', POOL_LIMITS, 5, 5],
  ['a tenant', tenantLimits(10), 2, 2],
  // The SDK refuses more polls than slots.
  ['a tenant with one slot', tenantLimits(1), 1, 2],
  ['a Worker for activities only', limits({ workflowTasks: 2, cachedWorkflows: 0 }), 5, 2],
])('%s polls with a fixed number', (_name, given, activityPolls, workflowPolls) => {
  expect(pollsOf(given)).toEqual({
    maxConcurrentActivityTaskPolls: activityPolls,
    maxConcurrentWorkflowTaskPolls: workflowPolls,
  });
});
