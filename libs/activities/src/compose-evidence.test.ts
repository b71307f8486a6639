import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { composeEvidence } from './compose-evidence.js';
import { evidenceJsonSchema } from './evidence-document.js';
import type { CallEntry } from './evidence-store.js';
import { findingsUnderTest, reportUnderTest } from './testing/report-under-test.js';

const schemaFile = join(__dirname, '../../../docs/evidence.schema.json');
const identity = {
  id: 'reboot/1/1/1',
  step: 'reboot',
  attempt: 1,
  call: 'gnoi.system.System/Reboot',
} as const;

test('the published schema is the one that the documents are made by', () => {
  expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(evidenceJsonSchema());
});

test('a document with everything in it satisfies the published schema, and says what the report said', () => {
  const document = composeEvidence(reportUnderTest, [
    ...findingsUnderTest,
    { ...identity, event: 'sent', at: 2_000 },
  ]);
  const validate = new Ajv2020({ allowUnionTypes: true, formats: { 'date-time': true } }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')) as object,
  );
  expect([validate(document), validate.errors]).toEqual([true, null]);
  expect(document).toMatchObject({
    schema_version: 1,
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    started_at: '1970-01-01T00:00:00.005Z',
    outcome: { state: 'ROLLED_BACK', details: { gnoi_error: 'none' } },
    image: { bytes: 9 },
    before: { interfaces_up: ['eth0'], standby: { activation_fail_message: '' } },
    after: { interfaces_up: [] },
    postcheck: { kind: 'degraded', changes: 2, faults: 1, waived: 0 },
    diff: [{ kind: 'version' }, { kind: 'interface-down' }],
    faults: [{ kind: 'interface-down', name: 'eth0' }],
    policy: { soak_seconds: 1, waivers: [{ name: 'fan*' }] },
    phases: [
      { state: 'PRECHECK', ms: 1_000 },
      { state: 'STAGING', ms: 3_995 },
    ],
    reboot_sent_at: '1970-01-01T00:00:02.000Z',
    rollback: { reboot_sent_at: '1970-01-01T00:00:03.000Z' },
    commands: [{ command_id: 'c-1' }],
  });
});

test('of a deployment that ended before it began there is a document too', () => {
  const { target, workflowId, runId, startedAt, endedAt, outcome } = reportUnderTest;
  const report = { target, workflowId, runId, startedAt, endedAt, outcome, phases: [], commands: [] };
  expect(composeEvidence(report, [])).toMatchObject({ calls: [], phases: [] });
});

test('a call is one record, whatever was logged of it', () => {
  const ended = { ms: 4, outcome: 'answer', detail: { message: 'm' } } as const;
  const read = { ...identity, id: 'waitUp/1/1/1', step: 'waitUp', call: 'gnoi.os.OS/Verify' } as const;
  const entries: CallEntry[] = [
    { ...read, event: 'ended', at: 3_000, ...ended },
    { ...identity, event: 'sent', at: 2_000 },
    { ...identity, event: 'ended', at: 2_000, ...ended },
    { ...read, event: 'repeated', times: 9, lastAt: 4_000 },
    { ...identity, id: 'reboot/2/9/1', attempt: 2, event: 'sent', at: 2_500 },
  ];
  expect(composeEvidence(reportUnderTest, entries).calls).toMatchObject([
    { step: 'reboot', attempt: 1, outcome: 'answer', ms: 4, detail: { message: 'm' } },
    { step: 'reboot', attempt: 2, outcome: 'not-observed' },
    { step: 'waitUp', times: 10, last_at: '1970-01-01T00:00:04.000Z' },
  ]);
});
