import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { VecinoError } from '@vecino/foundation';
import { z } from 'zod';

/** `manifest.json` beside an image. Closed: what is not signed must not look as if it were. */
export const imageManifestSchema = z.strictObject({
  version: z.string(),
  /** Bytes. */
  size: z.int().min(0),
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Hardware that the image is made for, as the chassis names its model. */
  platform: z
    .string()
    .regex(/^[\x20-\x7e]{1,128}$/)
    .optional(),
  /** Base64 of an Ed25519 signature over `manifestText`. */
  signature: z.base64().optional(),
});

export type ImageManifest = z.output<typeof imageManifestSchema>;

/**
 * The text that a manifest's signature is over, in ASCII with a line feed after each line, the last one too:
 *
 * ```
 * vecino-image-manifest-v1
 * version=<version>
 * size=<bytes in decimal>
 * sha256=<hex>
 * platform=<platform, or nothing>
 * ```
 */
export const manifestText = ({ version, size, sha256, platform = '' }: ImageManifest): string =>
  ['vecino-image-manifest-v1', `version=${version}`, `size=${size}`, `sha256=${sha256}`]
    .concat(`platform=${platform}`, '')
    .join('\n');

/** With an Ed25519 private key. */
export const signManifest = (manifest: ImageManifest, key: KeyObject): ImageManifest => ({
  ...manifest,
  signature: sign(null, Buffer.from(manifestText(manifest)), key).toString('base64'),
});

/** Whether one of the keys signed the manifest as it is. */
export function isSigned(manifest: ImageManifest, keys: readonly KeyObject[]): boolean {
  const { signature } = manifest;
  if (signature === undefined) return false;
  const text = Buffer.from(manifestText(manifest));
  return keys.some((key) => verify(null, text, key, Buffer.from(signature, 'base64')));
}

/** Public keys that images must be signed with: PEM blocks one after another. Throws `IMAGE_KEYS` for anything else. */
export function readImageKeys(pem: string): readonly KeyObject[] {
  const refuse = (why: string, cause?: unknown): VecinoError =>
    new VecinoError('IMAGE_KEYS', why, { disposition: 'terminal', cause });
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw refuse('there is no public key in PEM');
  return blocks.map((block, index) => {
    let key: KeyObject;
    try {
      key = createPublicKey(block);
    } catch (cause) {
      throw refuse(`key ${index + 1} cannot be read`, cause);
    }
    if (key.asymmetricKeyType !== 'ed25519') throw refuse(`key ${index + 1} is not an Ed25519 key`);
    return key;
  });
}
