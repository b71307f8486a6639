import { type Client, ServiceError, WorkflowFailedError } from '@temporalio/client';
import { TerminatedFailure, ValueError } from '@temporalio/common';
import { type LogFields, silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';
import { closeOfWorkflow } from './close-of-workflow.js';

const workflowId = 'deployment/acme/d1';
const away = new ServiceError('Failed to describe workflow', {
  cause: Object.assign(new Error('14 UNAVAILABLE: shard'), { code: 14, details: 'shard', metadata: {} }),
});
const described = (status: string, more: object = {}) => ({
  status: { name: status },
  workflowId,
  runId: 'run',
  historyLength: 9,
  startTime: new Date(),
  ...more,
});
const terminatedFor = (reason: string) =>
  new WorkflowFailedError(reason, new TerminatedFailure(reason), 'NON_RETRYABLE_FAILURE');

/** Gives the answers in turn, and the last one from then on; errors are thrown. */
function inTurn(answers: readonly unknown[]): () => Promise<unknown> {
  let asked = 0;
  return () => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}

interface Answers {
  readonly describe?: readonly unknown[];
  readonly result?: readonly unknown[];
}

function waitUnderTest({ describe = [described('COMPLETED')], result = ['report'] }: Answers) {
  const reasons: string[] = [];
  const warned: LogFields[] = [];
  const handle = {
    describe: inTurn(describe),
    result: inTurn(result),
    terminate: async (reason: string) => void reasons.push(reason),
  };
  const client = {
    workflow: { getHandle: () => handle },
    withAbortSignal: (_signal: AbortSignal, calls: () => Promise<unknown>) => calls(),
  } as unknown as Client;
  const logger = { ...silentLogger, warn: (fields: LogFields) => void warned.push(fields) };
  const stop = new AbortController();
  return { reasons, warned, stop, closes: closeOfWorkflow({ client, logger }, workflowId, stop.signal) };
}

test.each<[string, Answers]>([
  ['description', { describe: [away, away, described('COMPLETED')] }],
  ['report', { result: [away, 'report'] }],
])('a close whose %s cannot be had at once is heard of, and the fault told once', async (_, answers) => {
  const { closes, warned } = waitUnderTest(answers);
  expect(await closes).toMatchObject({ workflowId, kind: 'completed', outcome: 'report' });
  expect(warned).toMatchObject([{ tenant_id: 'acme', deployment_id: 'd1', code: 'TEMPORAL_UNAVAILABLE' }]);
});

test('nobody looks again once the wait has ended', async () => {
  const { closes, warned, stop } = waitUnderTest({ describe: [away] });
  await waitFor(() => warned.length === 1);
  stop.abort();
  await expect(closes).rejects.toThrow();
});

test('a deployment whose report can never be read ends all the same', async () => {
  const { closes } = waitUnderTest({ result: [new ValueError('Unknown encoding: binary/other')] });
  expect(await closes).toEqual({
    workflowId,
    runId: 'run',
    kind: 'failed',
    message: 'the workflow has closed, and its report cannot be read',
  });
});

test('a workflow that never ran is told as that, also by who finds it terminated for it', async () => {
  const startTime = new Date(Date.now() - 61_000);
  const unborn = waitUnderTest({ describe: [described('RUNNING', { historyLength: 1, startTime })] });
  expect(await unborn.closes).toMatchObject({ kind: 'never-ran' });
  const [reason = ''] = unborn.reasons;
  const found = waitUnderTest({ describe: [described('TERMINATED')], result: [terminatedFor(reason)] });
  expect(await found.closes).toMatchObject({ workflowId, runId: 'run', kind: 'never-ran' });
  const byHand = waitUnderTest({ describe: [described('TERMINATED')], result: [terminatedFor('by hand')] });
  expect(await byHand.closes).toMatchObject({ kind: 'terminated', message: 'by hand' });
});
