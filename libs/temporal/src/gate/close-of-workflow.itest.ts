import { randomUUID } from 'node:crypto';
import { silentLogger } from '@vecino/telemetry';
import { connectTemporalClient, type TemporalClient } from '../connect.js';
import { parseTemporalConfig } from '../temporal-config.js';
import { closeOfWorkflow, NEVER_RAN_REASON } from './close-of-workflow.js';

let temporal: TemporalClient;
beforeAll(async () => {
  temporal = await connectTemporalClient({ config: parseTemporalConfig(process.env), logger: silentLogger });
});
afterAll(() => temporal.close());

test.each([
  [NEVER_RAN_REASON, 'never-ran'],
  ['by hand', 'terminated'],
])('a workflow that was terminated with "%s" is told as %s', async (reason, kind) => {
  const { client } = temporal;
  const workflowId = `close-${randomUUID()}`;
  const started = await client.workflow.start('NobodysWorkflow', { workflowId, taskQueue: workflowId });
  await started.terminate(reason);
  const { signal } = new AbortController();
  const closed = await closeOfWorkflow({ client, logger: silentLogger }, workflowId, signal);
  expect(closed).toMatchObject({ workflowId, runId: started.firstExecutionRunId, kind });
});
