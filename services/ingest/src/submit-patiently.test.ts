import { createSlots, type Disposition, VecinoError } from '@vecino/foundation';
import { silentLogger } from '@vecino/telemetry';
import type { SubmitBatch, SubmitCommand, TenantSettings } from '@vecino/workflows';
import { createPatientSubmitter } from './submit-patiently.js';

const fault = (code: string, disposition: Disposition = 'retry') =>
  new VecinoError(code, code, { disposition });
const batch = (...offsets: number[]) =>
  ({
    topic: 't',
    partition: 0,
    settings: { tenantId: 'acme' },
    items: offsets.map((offset) => ({ offset })),
  }) as unknown as SubmitBatch;

function submitterFailingWith(...faults: unknown[]) {
  const taken: number[][] = [];
  const commands: string[] = [];
  const warnings: string[] = [];
  const submit = (one: SubmitBatch): Promise<void> => {
    const err = faults.shift();
    if (err) return Promise.reject(err as Error);
    taken.push(one.items.map(({ offset }) => offset));
    return Promise.resolve();
  };
  const command = (_settings: TenantSettings, { commandId }: SubmitCommand): Promise<void> => {
    const err = faults.shift();
    if (err) return Promise.reject(err as Error);
    commands.push(commandId);
    return Promise.resolve();
  };
  const logger = { ...silentLogger, warn: (_fields: object, msg: string) => void warnings.push(msg) };
  const submitter = createPatientSubmitter({ submit, command }, createSlots(1), logger);
  return { submitter, taken, commands, warnings };
}

const never = new AbortController().signal;

test('tries again until Temporal has the batch, and says so once', async () => {
  const { submitter, taken, warnings } = submitterFailingWith(
    fault('TEMPORAL_UNAVAILABLE'),
    fault('TEMPORAL_UNAVAILABLE'),
  );
  await submitter.submit(batch(1), never);
  expect(taken).toEqual([[1]]);
  expect(warnings).toEqual(['Temporal is not available: waiting']);
});

test("a gate under pressure is its tenant's own outage", async () => {
  const { submitter, warnings } = submitterFailingWith(fault('BACK_PRESSURE'));
  await submitter.submit(batch(1), never);
  expect(warnings).toEqual(['the gate of acme is not available: waiting']);
});

test('a batch that is too large is sent in halves, in order', async () => {
  const { submitter, taken } = submitterFailingWith(
    fault('BATCH_TOO_LARGE', 'terminal'),
    fault('BATCH_TOO_LARGE', 'terminal'),
  );
  await submitter.submit(batch(1, 2, 3, 4), never);
  expect(taken).toEqual([[1], [2], [3, 4]]);
});

test('stops when the partition is taken away', async () => {
  const revoked = new AbortController();
  const { submitter, taken } = submitterFailingWith(...Array(1_000).fill(fault('TEMPORAL_UNAVAILABLE')));
  const submitted = submitter.submit(batch(1), revoked.signal);
  revoked.abort();
  await expect(submitted).rejects.toThrow();
  expect(taken).toEqual([]);
});

test('a fault that waiting cannot mend comes up', async () => {
  const { submitter } = submitterFailingWith(new TypeError('a bug'));
  await expect(submitter.submit(batch(1), never)).rejects.toThrow('a bug');
});

test('a command is as patient as a batch', async () => {
  const { submitter, commands, warnings } = submitterFailingWith(
    fault('TEMPORAL_UNAVAILABLE'),
    fault('BACK_PRESSURE'),
  );
  const settings = { tenantId: 'acme' } as TenantSettings;
  await submitter.command(settings, { commandId: 'c-1' } as SubmitCommand, never);
  expect(commands).toEqual(['c-1']);
  expect(warnings).toEqual([
    'Temporal is not available: waiting',
    'the gate of acme is not available: waiting',
  ]);
});
