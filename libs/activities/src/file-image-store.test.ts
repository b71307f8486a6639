import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileImageStore } from './file-image-store.js';
import type { StoredImage } from './image-store.js';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'vecino-images-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const content = Buffer.from('an operating system');
const sha256 = createHash('sha256').update(content).digest('hex');

function put(version: string, manifest: unknown = { version, size: content.length, sha256 }): void {
  mkdirSync(join(dir, version), { recursive: true });
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  writeFileSync(join(dir, version, 'manifest.json'), text);
  writeFileSync(join(dir, version, 'image.bin'), content);
}

async function found(version: string): Promise<StoredImage> {
  const lookup = await fileImageStore(dir).find(version);
  if (lookup.kind !== 'found') throw new Error(`no image: ${lookup.kind}`);
  return lookup.image;
}

async function readAll(image: StoredImage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of image.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the image store on the file system', () => {
  it('finds an image by its version, and opens it from the beginning as often as asked', async () => {
    put('2.0.0', { version: '2.0.0', size: content.length, sha256, platform: 'mx' });
    const image = await found('2.0.0');
    expect(image).toMatchObject({ version: '2.0.0', bytes: content.length, sha256, platform: 'mx' });
    expect((await readAll(image)).equals(content)).toBe(true);
    expect((await readAll(image)).equals(content)).toBe(true);
  });

  it('names what it has when it is asked for something else', async () => {
    put('2.0.0');
    put('1.0.0');
    const store = fileImageStore(dir);
    expect(await store.find('9.9.9')).toEqual({ kind: 'unknown' });
    expect(await store.versions()).toEqual(['1.0.0', '2.0.0']);
  });

  it.each(['../2.0.0', '..', '2.0.0/../../etc', ''])(
    'knows no version %j, which could lead out of it',
    async (version) => {
      put('2.0.0');
      expect((await fileImageStore(join(dir, '2.0.0')).find(version)).kind).toBe('unknown');
    },
  );

  it.each([
    ['is no JSON', '{'],
    ['lacks its hash', { version: '2.0.0', size: 1 }],
    ['is for another version', { version: '3.0.0', size: 1, sha256 }],
  ])('calls an image damaged whose manifest %s', async (_name, manifest) => {
    put('2.0.0', manifest);
    expect((await fileImageStore(dir).find('2.0.0')).kind).toBe('damaged');
  });

  it('compares content and manifest, and notices a change behind its back', async () => {
    put('2.0.0');
    const store = fileImageStore(dir);
    const image = await found('2.0.0');
    expect(await store.check(image)).toEqual({ kind: 'intact' });
    writeFileSync(join(dir, '2.0.0', 'image.bin'), 'shorter');
    expect((await store.check(image)).kind).toBe('damaged');
  });

  it('reads the content again when it is not to believe an earlier check', async () => {
    put('2.0.0');
    const store = fileImageStore(dir);
    const image = await found('2.0.0');
    await store.check(image);
    const aborted = { signal: AbortSignal.abort() };
    expect(await store.check(image, aborted)).toEqual({ kind: 'intact' });
    expect((await store.check(image, { ...aborted, fresh: true })).kind).toBe('unreadable');
  });
});
