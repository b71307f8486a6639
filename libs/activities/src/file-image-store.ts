import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSoftwareVersion } from '@vecino/foundation';
import { z } from 'zod';
import type { ImageCheck, ImageLookup, ImageStore, StoredImage } from './image-store.js';

const MANIFEST = 'manifest.json';
const CONTENT = 'image.bin';
const READ_BYTES = 256 * 1024;

const manifestSchema = z.object({
  version: z.string(),
  size: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  platform: z.string().optional(),
});

/** `<dir>/<software version>/manifest.json` beside `image.bin`. A version whose name could leave `dir` is unknown. */
export function fileImageStore(dir: string): ImageStore {
  /** Files found intact, by path, size and time of change. */
  const intact = new Map<string, string>();
  const contentOf = (version: string): string => join(dir, version, CONTENT);

  return {
    async find(version) {
      const text = isSoftwareVersion(version) ? await readManifest(join(dir, version, MANIFEST)) : undefined;
      if (text === undefined) return { kind: 'unknown', known: await knownVersions(dir) };
      return toLookup(text, version, contentOf(version));
    },

    async check(image, { fresh = false, signal } = {}) {
      const path = contentOf(image.version);
      const { size, mtimeMs } = await stat(path);
      const mark = `${size}/${mtimeMs}/${image.sha256}`;
      if (!fresh && intact.get(path) === mark) return { kind: 'intact' };
      const result = await compare(image, path, signal);
      if (result.kind === 'intact') intact.set(path, mark);
      else intact.delete(path);
      return result;
    },
  };
}

async function readManifest(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function toLookup(text: string, version: string, content: string): ImageLookup {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'damaged', text: `the manifest of ${version} is not JSON` };
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    return { kind: 'damaged', text: `the manifest of ${version}: ${z.prettifyError(parsed.error)}` };
  }
  const { size, sha256, platform } = parsed.data;
  if (parsed.data.version !== version) {
    return { kind: 'damaged', text: `the manifest of ${version} is for ${parsed.data.version}` };
  }
  const image: StoredImage = {
    version,
    bytes: size,
    sha256,
    ...(platform !== undefined && { platform }),
    open: () => createReadStream(content, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>,
  };
  return { kind: 'found', image };
}

async function compare(image: StoredImage, path: string, signal?: AbortSignal): Promise<ImageCheck> {
  const hash = createHash('sha256');
  let size = 0;
  const content = createReadStream(path, { highWaterMark: READ_BYTES, signal });
  for await (const chunk of content as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  const actual = `${size} bytes sha256:${hash.digest('hex')}`;
  const expected = `${image.bytes} bytes sha256:${image.sha256}`;
  if (actual === expected) return { kind: 'intact' };
  return {
    kind: 'damaged',
    text: `the stored image of ${image.version} has ${actual} where its manifest says ${expected}`,
  };
}

async function knownVersions(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isSoftwareVersion(entry.name))
    .map(({ name }) => name)
    .sort();
}
