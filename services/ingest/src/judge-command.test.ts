import {
  type CommandDecodeResult,
  createCommandDecoder,
  type DeploymentCommandInit,
} from '@vecino/contracts';
import type { SourceRecord } from '@vecino/messaging';
import { judgeCommand } from './judge-command.js';
import { trustTopicAcls } from './producer-identity.js';
import { commandOf, commandRecordOf } from './testing/records-under-test.js';
import { registryOf } from './testing/registry-under-test.js';

const registry = registryOf('acme');
const decoder = createCommandDecoder();
const source = { topic: 'commands', partition: 2 };

const judge = (record: SourceRecord, identity = trustTopicAcls) =>
  judgeCommand({ registry, identity }, record, source, decoder.decode(record) as CommandDecodeResult);
const judgeOf = (command: DeploymentCommandInit) => judge(commandRecordOf(command, 9));

test('a good command goes to its gate with the place where its record lies', () => {
  expect(judgeOf(commandOf('acme', { requested_by: 'ana' }))).toMatchObject({
    kind: 'accepted',
    tenant: { id: 'acme' },
    command: {
      commandId: 'c-1',
      deploymentId: 'd-1',
      action: 'CANCEL',
      requestedBy: 'ana',
      topic: 'commands',
      partition: 2,
      offset: 9,
    },
  });
});

test('an unlock goes there as one, and is not taken for a cancel', () => {
  expect(judgeOf(commandOf('acme', { action: 'UNLOCK' }))).toMatchObject({ command: { action: 'UNLOCK' } });
});

test.each([
  ['an unknown tenant', commandOf('nobody'), 'UNKNOWN_TENANT'],
  ['a deployment id that is none', commandOf('acme', { deployment_id: '../x' }), 'INVALID_FIELD'],
  ['a command id that is none', commandOf('acme', { command_id: '' }), 'INVALID_FIELD'],
  ['an action that is younger than this code', commandOf('acme', { action: 'UNKNOWN' }), 'INVALID_FIELD'],
])('%s is refused', (_, command, code) => {
  expect(judgeOf(command)).toMatchObject({ kind: 'refused', reason: { code } });
});

test('bytes that are no command are refused', () => {
  const record = { offset: 0, timestamp: 1, key: null, value: Buffer.from([1, 2, 3]), headers: {} };
  expect(judge(record)).toMatchObject({ kind: 'refused', reason: { code: 'MALFORMED' } });
  expect(judge({ ...record, value: null })).toMatchObject({ reason: { code: 'EMPTY_VALUE' } });
});

test('a producer that may not speak for the tenant is refused, whatever the record holds', () => {
  const reason = { code: 'UNKNOWN_TENANT' as const, text: 'not yours' };
  const verdict = judge(commandRecordOf(commandOf('acme')), { basis: 'none', refusal: () => reason });
  expect(verdict).toMatchObject({ kind: 'refused', reason });
});
