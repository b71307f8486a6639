import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceDirOf, findEvidence } from './find-evidence.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vecino-evidence-'));
  mkdirSync(join(dir, 'chogar'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('the document of whichever tenant has one', () => {
  writeFileSync(join(dir, 'chogar', 'd-1.json'), '{"a":1}\n');
  expect(findEvidence(dir, 'd-1')).toEqual({ kind: 'document', text: '{"a":1}\n' });
  expect(findEvidence(dir, 'd-1', 'amovil').kind).toBe('none');
});

test('says where it will be, and where the calls are while the deployment runs', () => {
  expect(findEvidence(dir, 'd-1', 'chogar')).toMatchObject({
    why: expect.stringContaining(join(dir, 'chogar', 'd-1.json')) as string,
  });
  writeFileSync(join(dir, 'chogar', 'd-1.calls.jsonl'), '');
  expect(findEvidence(dir, 'd-1')).toMatchObject({ why: expect.stringContaining('has not ended') as string });
});

test('an id that would lead out of the folder leads nowhere', () => {
  writeFileSync(join(dir, 'secret.json'), '{}');
  expect(findEvidence(dir, '../secret', 'chogar').kind).toBe('none');
  expect(findEvidence(dir, 'secret', '..').kind).toBe('none');
});

test('it lies beside the images unless said otherwise', () => {
  expect(evidenceDirOf({ VECINO_IMAGES_DIR: '/lab/images' })).toBe('/lab/evidence');
  expect(evidenceDirOf({ VECINO_IMAGES_DIR: '/lab/images', VECINO_EVIDENCE_DIR: '/e' })).toBe('/e');
  expect(() => evidenceDirOf({})).toThrow('VECINO_EVIDENCE_DIR');
});
