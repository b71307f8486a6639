import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, isSoftwareVersion } from '@vecino/foundation';
import { z } from 'zod';
import { unlessStalled } from './unless-stalled.js';
import { imageManifestSchema, isSigned, type ImageManifest } from './image-manifest.js';
import type { ImageCheck, ImageLookup, ImageStore, StoredImage } from './image-store.js';

const MANIFEST = 'manifest.json';
const CONTENT = 'image.bin';
const READ_BYTES = 256 * 1024;
/** A read of the store that takes longer hangs. */
const CHECK_STALL_MS = 60_000;

/**
 * `<dir>/<software version>/manifest.json` beside `image.bin`. A version whose name could leave `dir` is unknown. With
 * `keys`, a manifest that none of them signed is untrusted; without, signatures are not looked at.
 */
export function fileImageStore(dir: string, keys?: readonly KeyObject[]): ImageStore {
  /** Files found intact, by path, size and time of change. */
  const intact = new Map<string, string>();
  const contentOf = (version: string): string => join(dir, version, CONTENT);

  return {
    async find(version) {
      const text = isSoftwareVersion(version) ? await readManifest(join(dir, version, MANIFEST)) : undefined;
      if (text === undefined) return { kind: 'unknown' };
      const manifest = parseManifest(text, version);
      if (typeof manifest === 'string') return { kind: 'damaged', text: manifest };
      if (keys !== undefined && !isSigned(manifest, keys)) return untrusted(manifest);
      return lookUpContent(manifest, contentOf(version));
    },

    async versions() {
      const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isDirectory() && isSoftwareVersion(entry.name))
        .map(({ name }) => name)
        .sort();
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

const readManifest = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(undefinedWhereMissing);

function undefinedWhereMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

/** The manifest, or what is wrong with it. */
function parseManifest(text: string, version: string): ImageManifest | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return `the manifest of ${version} is not JSON`;
  }
  const parsed = imageManifestSchema.safeParse(json);
  if (!parsed.success) return `the manifest of ${version}: ${z.prettifyError(parsed.error)}`;
  if (parsed.data.version !== version) return `the manifest of ${version} is for ${parsed.data.version}`;
  return parsed.data;
}

const untrusted = ({ version, signature }: ImageManifest): ImageLookup => ({
  kind: 'untrusted',
  text:
    signature === undefined
      ? `the image of ${version} is not signed`
      : `the image of ${version} is not signed by a trusted key, or was changed after it was signed`,
});

async function lookUpContent(manifest: ImageManifest, path: string): Promise<ImageLookup> {
  const { version, size, sha256, platform } = manifest;
  const actual = (await stat(path).catch(undefinedWhereMissing))?.size;
  if (actual !== size) {
    const there = actual === undefined ? 'is missing' : `has ${actual} bytes`;
    const text = `the stored image of ${version} ${there} where its manifest says ${size} bytes`;
    return { kind: 'damaged', text };
  }
  const image: StoredImage = {
    version,
    bytes: size,
    sha256,
    ...(platform !== undefined && { platform }),
    open: () => createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>,
  };
  return { kind: 'found', image };
}

async function compare(image: StoredImage, path: string, signal?: AbortSignal): Promise<ImageCheck> {
  const hash = createHash('sha256');
  let size = 0;
  const content = createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>;
  try {
    for await (const chunk of unlessStalled(content, CHECK_STALL_MS, signal)) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    const why = errorText(error);
    return { kind: 'unreadable', text: `the stored image of ${image.version} could not be read: ${why}` };
  }
  const actual = `${size} bytes sha256:${hash.digest('hex')}`;
  const expected = `${image.bytes} bytes sha256:${image.sha256}`;
  if (actual === expected) return { kind: 'intact' };
  return {
    kind: 'damaged',
    text: `the stored image of ${image.version} has ${actual} where its manifest says ${expected}`,
  };
}
