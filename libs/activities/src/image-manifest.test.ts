import { generateKeyPairSync } from 'node:crypto';
import {
  imageManifestSchema,
  isSigned,
  manifestText,
  readImageKeys,
  signManifest,
  type ImageManifest,
} from './image-manifest.js';

const keyPair = () => generateKeyPairSync('ed25519');
const pemOf = ({ publicKey }: ReturnType<typeof keyPair>) =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();
const manifest: ImageManifest = { version: '2.0.0', size: 12, sha256: 'ab'.repeat(32), platform: 'VX-1' };

test('the text under a signature is what the documentation says', () => {
  expect(manifestText(manifest)).toBe(
    `vecino-image-manifest-v1\nversion=2.0.0\nsize=12\nsha256=${'ab'.repeat(32)}\nplatform=VX-1\n`,
  );
  const { platform: _, ...anywhere } = manifest;
  expect(manifestText(anywhere)).toContain('\nplatform=\n');
});

describe('a signature', () => {
  const [ours, old, stranger] = [keyPair(), keyPair(), keyPair()];
  const keys = readImageKeys(`our keys:\n${pemOf(old)}\n${pemOf(ours)}`);

  it('is good by any of the keys', () => {
    expect(isSigned(signManifest(manifest, ours.privateKey), keys)).toBe(true);
    expect(isSigned(signManifest(manifest, old.privateKey), keys)).toBe(true);
  });

  it('is not good when it is missing, another’s, or no signature at all', () => {
    expect(isSigned(manifest, keys)).toBe(false);
    expect(isSigned(signManifest(manifest, stranger.privateKey), keys)).toBe(false);
    expect(isSigned({ ...manifest, signature: 'AAAA' }, keys)).toBe(false);
  });

  it.each([{ version: '2.0.1' }, { size: 13 }, { sha256: 'cd'.repeat(32) }, { platform: 'VX-2' }])(
    'does not cover a manifest that was changed afterwards: %j',
    (change) => {
      expect(isSigned({ ...signManifest(manifest, ours.privateKey), ...change }, keys)).toBe(false);
    },
  );
});

test.each([
  ['no PEM', 'ssh-ed25519 AAAA'],
  ['a private key', keyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  [
    'a key of another kind',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
  ],
  ['a broken key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
])('a file of keys with %s is refused', (_name, pem) => {
  expect(() => readImageKeys(pem.toString())).toThrow(expect.objectContaining({ code: 'IMAGE_KEYS' }));
});

test('a manifest can hold no line that its signature would be read wrongly by', () => {
  expect(imageManifestSchema.safeParse({ ...manifest, platform: 'a\nsha256=1' }).success).toBe(false);
  expect(imageManifestSchema.safeParse({ ...manifest, size2: 1 }).success).toBe(false);
});
