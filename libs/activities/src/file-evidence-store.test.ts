import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@vecino/telemetry';
import { composeEvidence } from './compose-evidence.js';
import { evidenceSchema } from './evidence-document.js';
import type { CallEntry, ComposeEvidence, EvidenceEntry } from './evidence-store.js';
import { LARGEST_CALL_LOG_BYTES } from './file-evidence-log.js';
import { evidenceReference, fileEvidenceStore } from './file-evidence-store.js';
import { findingsUnderTest, reportUnderTest } from './testing/report-under-test.js';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'vecino-evidence-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const key = reportUnderTest.target;
const store = () => fileEvidenceStore(dir, silentLogger);
const compose: ComposeEvidence = (entries, earlier) => composeEvidence(reportUnderTest, entries, earlier);
const file = (name: string) => join(dir, key.tenantId, name);
const logFile = () => file(`${key.deploymentId}.calls.jsonl`);

const entry = (
  id: string,
  call: CallEntry['call'] = 'gnoi.system.System/Reboot',
): Extract<CallEntry, { event: 'ended' }> => ({
  event: 'ended',
  id,
  step: 'reboot',
  attempt: 1,
  call,
  at: 5,
  ms: 7,
  outcome: 'answer',
  detail: {},
});
async function logAll(...entries: EvidenceEntry[]): Promise<void> {
  const log = store().openLog(key);
  entries.forEach((one) => void log.append(one));
  await log.close();
}
const written = () =>
  evidenceSchema.parse(JSON.parse(readFileSync(file(`${key.deploymentId}.json`), 'utf8')));

test('the document has the calls of all workers, and replaces their log', async () => {
  await logAll(entry('a'));
  await logAll(entry('b'));
  expect(await store().write(key, compose)).toBe(evidenceReference(key.tenantId, key.deploymentId));
  expect(written().calls.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(existsSync(logFile())).toBe(false);
});

test('a call is on the disk when its append is over', async () => {
  const log = store().openLog(key);
  await log.append(entry('a'));
  expect(readFileSync(logFile(), 'utf8')).toContain('"id":"a"');
  await log.close();
});

test('what a router says is written without secrets', async () => {
  const log = store().openLog(key);
  await log.append({ ...entry('a'), detail: { message: 'cannot fetch ftp://ana:hunter2@store/image' } });
  expect(readFileSync(logFile(), 'utf8')).toContain('ftp://[redacted]@store/image');
  await log.close();
});

test('writing it again gives the same document', async () => {
  await logAll(entry('a'), {
    event: 'sent',
    id: 'b',
    step: 'reboot',
    attempt: 2,
    call: 'gnoi.os.OS/Install',
    at: 9,
  });
  await store().write(key, compose);
  const first = written();
  await store().write(key, compose);
  expect(written()).toEqual(first);
  expect(first.calls).toMatchObject([{ id: 'a' }, { id: 'b', outcome: 'not-observed' }]);
});

test('a worker that died between the document and its log does no harm', async () => {
  await logAll(entry('a'), { ...entry('a'), event: 'repeated', times: 3, lastAt: 50 } as CallEntry);
  const log = readFileSync(logFile());
  await store().write(key, compose);
  const first = written();
  writeFileSync(logFile(), log);
  await store().write(key, compose);
  expect(written()).toEqual(first);
  expect(first.calls).toMatchObject([{ id: 'a', times: 4 }]);
});

test('a line that a killed worker left unfinished costs only itself', async () => {
  await logAll(entry('a'), entry('b'));
  truncateSync(logFile(), statSync(logFile()).size - 20);
  await logAll(entry('c'));
  await store().write(key, compose);
  expect(written().calls.map(({ id }) => id)).toEqual(['a', 'c']);
});

test('others on the machine may not read it', async () => {
  await logAll(entry('a'));
  expect(statSync(logFile()).mode & 0o777 & ~0o640).toBe(0);
  await store().write(key, compose);
  expect(statSync(file(`${key.deploymentId}.json`)).mode & 0o777 & ~0o640).toBe(0);
});

test('the log does not grow without end; what changed the device is kept longest', async () => {
  const log = store().openLog(key);
  const large = { ...entry('r', 'gnoi.os.OS/Verify'), detail: { text: 'x'.repeat(100_000) } } as CallEntry;
  for (let n = 0; n < 30; n += 1) await log.append(large);
  expect(statSync(logFile()).size).toBeLessThan(LARGEST_CALL_LOG_BYTES + 200_000);
  void log.append(entry('late'));
  await log.close();
  expect(readFileSync(logFile(), 'utf8')).toContain('"id":"late"');
});

test.each([
  ['../other', 'd-1'],
  ['chogar', '../other/d-1'],
  ['chogar', '..'],
  ['chogar', ''],
])('ids that could lead out of the store name nothing: %j %j', (tenantId, deploymentId) => {
  expect(() => evidenceReference(tenantId, deploymentId)).toThrow(
    expect.objectContaining({ code: 'EVIDENCE_REFERENCE' }),
  );
  expect(() => store().openLog({ tenantId, deploymentId })).toThrow();
});

test('snapshots and differences have room beside the calls, and outlive a second document', async () => {
  const large = { ...entry('r', 'gnoi.os.OS/Verify'), detail: { text: 'x'.repeat(900_000) } } as CallEntry;
  await logAll(...findingsUnderTest, large, large, entry('a'));
  await store().write(key, compose);
  const first = written();
  expect(first).toMatchObject({ before: { interfaces_up: ['eth0'] }, after: { interfaces_up: [] } });
  expect(first.diff).toHaveLength(2);
  expect(first.calls.map(({ id }) => id)).toContain('a');
  await store().write(key, compose);
  expect(written()).toEqual(first);
  expect(readdirSync(join(dir, key.tenantId))).toEqual([`${key.deploymentId}.json`]);
});

test('a disk that takes nothing does not stop the work', async () => {
  writeFileSync(join(dir, 'file'), '');
  const log = fileEvidenceStore(join(dir, 'file'), silentLogger).openLog(key);
  await expect(log.append(entry('a'))).resolves.toBeUndefined();
  await log.close();
});
