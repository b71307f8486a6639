import { createCipheriv, createHash, type KeyObject } from 'node:crypto';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signManifest, type ImageManifest } from '@vecino/activities/image-manifest';
import { imageHeader } from './image-header.js';

export type { ImageManifest };

export interface ImageOptions {
  /** Hardware that the image says it is made for. */
  readonly platform?: string;
  /** Ed25519 private key that the manifest is signed with. */
  readonly signingKey?: KeyObject;
}

const BLOCK_BYTES = 1024 * 1024;

/** Writes `<dir>/<version>/image.bin` and its `manifest.json`: incompressible bytes, the same for the same seed. At least as long as its header. */
export async function writeImage(
  dir: string,
  version: string,
  bytes: number,
  seed: string,
  { platform, signingKey }: ImageOptions = {},
): Promise<ImageManifest> {
  const folder = join(dir, version);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `image.${process.pid}.tmp`);
  const file = await open(temporary, 'w');
  const hash = createHash('sha256');
  let size = 0;
  try {
    for (const block of imageBlocks(version, bytes, seed)) {
      hash.update(block);
      size += block.length;
      await file.writeFile(block);
    }
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, 'image.bin'));
  const unsigned: ImageManifest = {
    version,
    size,
    sha256: hash.digest('hex'),
    ...(platform !== undefined && { platform }),
  };
  const manifest = signingKey === undefined ? unsigned : signManifest(unsigned, signingKey);
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function* imageBlocks(version: string, bytes: number, seed: string): Generator<Buffer> {
  const header = imageHeader(version);
  yield header;
  const key = createHash('sha256').update(`${seed}/${version}`).digest().subarray(0, 16);
  const noise = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(BLOCK_BYTES);
  for (let left = bytes - header.length; left > 0; left -= BLOCK_BYTES) {
    yield noise.update(zeros.subarray(0, Math.min(left, BLOCK_BYTES)));
  }
}
