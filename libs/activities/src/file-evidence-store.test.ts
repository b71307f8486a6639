import {
  existsSync,
  mkdtempSync,
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
import type { CallEntry } from './evidence-store.js';
import { evidenceReference, fileEvidenceStore, LARGEST_CALL_LOG_BYTES } from './file-evidence-store.js';
import { reportUnderTest } from './testing/report-under-test.js';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'vecino-evidence-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const key = reportUnderTest.target;
const store = () => fileEvidenceStore(dir, silentLogger);
const compose = (entries: readonly CallEntry[]) => composeEvidence(reportUnderTest, entries);
const file = (name: string) => join(dir, key.tenantId, name);
const logFile = () => file(`${key.deploymentId}.calls.jsonl`);

const entry = (id: string, call: CallEntry['call'] = 'gnoi.system.System/Reboot'): CallEntry => ({
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
function logCalls(...entries: CallEntry[]): void {
  const log = store().openCallLog(key);
  entries.forEach((one) => log.append(one));
  log.close();
}
const written = () =>
  evidenceSchema.parse(JSON.parse(readFileSync(file(`${key.deploymentId}.json`), 'utf8')));

test('the document has the calls of all workers, and replaces their log', async () => {
  logCalls(entry('a'));
  logCalls(entry('b'));
  expect(await store().write(key, compose)).toBe(evidenceReference(key.tenantId, key.deploymentId));
  expect(written().calls.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(existsSync(logFile())).toBe(false);
});

test('a call is on the disk as soon as it was told of', () => {
  store().openCallLog(key).append(entry('a'));
  expect(readFileSync(logFile(), 'utf8')).toContain('"id":"a"');
});

test('writing it again gives the same document', async () => {
  logCalls(entry('a'), {
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
  logCalls(entry('a'), { ...entry('a'), event: 'repeated', times: 3, lastAt: 50 } as CallEntry);
  const log = readFileSync(logFile());
  await store().write(key, compose);
  const first = written();
  writeFileSync(logFile(), log);
  await store().write(key, compose);
  expect(written()).toEqual(first);
  expect(first.calls).toMatchObject([{ id: 'a', times: 4 }]);
});

test('a line that a killed worker left unfinished costs only itself', async () => {
  logCalls(entry('a'), entry('b'));
  truncateSync(logFile(), statSync(logFile()).size - 20);
  logCalls(entry('c'));
  await store().write(key, compose);
  expect(written().calls.map(({ id }) => id)).toEqual(['a', 'c']);
});

test('others on the machine may not read it', async () => {
  logCalls(entry('a'));
  expect(statSync(logFile()).mode & 0o777 & ~0o640).toBe(0);
  await store().write(key, compose);
  expect(statSync(file(`${key.deploymentId}.json`)).mode & 0o777 & ~0o640).toBe(0);
});

test('the log does not grow without end; what changed the device is kept longest', () => {
  const log = store().openCallLog(key);
  const large = { ...entry('r', 'gnoi.os.OS/Verify'), detail: { text: 'x'.repeat(100_000) } } as CallEntry;
  for (let n = 0; n < 30; n += 1) log.append(large);
  expect(statSync(logFile()).size).toBeLessThan(LARGEST_CALL_LOG_BYTES + 200_000);
  log.append(entry('late'));
  log.close();
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
  expect(() => store().openCallLog({ tenantId, deploymentId })).toThrow();
});

test('a disk that takes nothing does not stop the work', () => {
  writeFileSync(join(dir, 'file'), '');
  const log = fileEvidenceStore(join(dir, 'file'), silentLogger).openCallLog(key);
  expect(() => log.append(entry('a'))).not.toThrow();
  log.close();
});
