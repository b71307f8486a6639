import { createCommandDecoder, createRequestDecoder, type DecodeResult } from '@vecino/contracts';
import { settingsOf, tenantOf } from '@vecino/tenancy';
import { signalsOf, storedHistories } from '@vecino/testing';
import type { SubmitBatch, SubmitCommand } from '@vecino/workflows';
import { judgeCommand } from './judge-command.js';
import { judgeRecord } from './judge-record.js';
import { trustTopicAcls } from './producer-identity.js';
import { commandOf, commandRecordOf, recordOf, requestOf } from './testing/records-under-test.js';
import { registryOf } from './testing/registry-under-test.js';

/**
 * While services are upgraded, ingest of this release sends to gates that workers of the release before run: it must say all
 * that ingest of that release always said. More is no matter: what a gate does not know, it does not read.
 */
const signals = storedHistories('gate').flatMap(signalsOf);
const argumentsOf = <T>(signal: string): T[] =>
  signals.filter(({ name }) => name === signal).map(({ args: [argument] }) => argument as T);

const batches = argumentsOf<SubmitBatch>('submit');
const context = { registry: registryOf('acme'), identity: trustTopicAcls };

/** The keys that all of them have. */
const alwaysIn = (values: readonly object[]): string[] => {
  const [first = {}, ...others] = values;
  return Object.keys(first).filter((key) => others.every((other) => key in other));
};

test('a request', () => {
  const record = recordOf(requestOf('acme', { request_id: 'd-1' }));
  const position = { cluster: 'c', topic: 'requests', partition: 0, offset: 0, timestamp: record.timestamp };
  const decoded = createRequestDecoder().decode(record) as DecodeResult;
  const verdict = judgeRecord(context, record, position, decoded, {});
  if (verdict.kind !== 'accepted') throw new Error(`refused: ${verdict.reason.text}`);
  const needed = alwaysIn(batches.flatMap(({ items }) => items));
  expect(needed).toContain('fingerprint');
  expect(Object.keys(verdict.item)).toEqual(expect.arrayContaining(needed));
});

test('the settings of its tenant', () => {
  const tenant = tenantOf(context.registry, 'acme');
  if (tenant === undefined) throw new Error('no tenant');
  const needed = alwaysIn([
    ...batches.map(({ settings }) => settings),
    ...argumentsOf<SubmitBatch['settings']>('configure'),
  ]);
  expect(needed).toContain('revision');
  expect(Object.keys(settingsOf(context.registry, tenant, 'default'))).toEqual(
    expect.arrayContaining(needed),
  );
});

test('a command', () => {
  const record = commandRecordOf(commandOf('acme', { requested_by: 'ana' }));
  const decoded = createCommandDecoder().decode(record);
  if (decoded instanceof Promise) throw new Error('no schema registry is configured');
  const verdict = judgeCommand(context, record, { topic: 'commands', partition: 0 }, decoded);
  if (verdict.kind !== 'accepted') throw new Error(`refused: ${verdict.reason.text}`);
  const needed = alwaysIn(argumentsOf<SubmitCommand>('command'));
  expect(needed).toContain('commandId');
  expect(Object.keys(verdict.command)).toEqual(expect.arrayContaining(needed));
});
