import { temporal } from '@temporalio/proto';
import { pendingSteps } from './pending-step.js';

const { PendingActivityState, PendingWorkflowTaskState } = temporal.api.enums.v1;
const time = (ms: number) => ({ seconds: Math.floor(ms / 1_000) as never, nanos: (ms % 1_000) * 1_000_000 });
const soon = Date.now() + 60_000;
const install = { activityType: { name: 'install' }, attempt: 2 };

it('a step runs, is asked to stop, waits for a worker, or pauses between two attempts', () => {
  const steps = pendingSteps({
    pendingActivities: [
      {
        ...install,
        state: PendingActivityState.PENDING_ACTIVITY_STATE_STARTED,
        lastStartedTime: time(5_250),
        lastWorkerIdentity: '1@host',
      },
      {
        ...install,
        state: PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED,
        lastStartedTime: time(1_000),
      },
      {
        ...install,
        state: PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED,
        scheduledTime: time(7_000),
      },
      {
        ...install,
        state: PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED,
        nextAttemptScheduleTime: time(soon),
        lastFailure: { message: 'Activity task failed', cause: { message: 'no route to the router' } },
      },
    ],
  });
  expect(steps).toEqual([
    { name: 'install', attempt: 2, state: 'running', since: 5_250, worker: '1@host' },
    { name: 'install', attempt: 2, state: 'running', since: 1_000 },
    { name: 'install', attempt: 2, state: 'waiting', since: 7_000 },
    { name: 'install', attempt: 2, state: 'pausing', nextAt: soon, lastFault: 'no route to the router' },
  ]);
});

it("a workflow's own task is a step while no worker has it", () => {
  const task = { originalScheduledTime: time(3_000), attempt: 1 };
  const { PENDING_WORKFLOW_TASK_STATE_SCHEDULED: scheduled, PENDING_WORKFLOW_TASK_STATE_STARTED: started } =
    PendingWorkflowTaskState;
  expect(pendingSteps({ pendingWorkflowTask: { ...task, state: scheduled } })).toEqual([
    { name: 'workflow', attempt: 1, state: 'waiting', since: 3_000 },
  ]);
  expect(pendingSteps({ pendingWorkflowTask: { ...task, state: started } })).toEqual([]);
  expect(pendingSteps({})).toEqual([]);
});
