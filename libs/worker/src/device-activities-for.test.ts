import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseServiceConfig } from '@vecino/lifecycle/config';
import { silentLogger, type Logger } from '@vecino/telemetry';
import { parseRegistry } from '@vecino/tenancy';
import { deviceActivitiesFor } from './device-activities-for.js';
import { type WorkerConfig, workerConfigOf, workerSchema } from './worker-config.js';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'vecino-worker-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const parsed = parseRegistry('tenants: []\n', { source: 'test' });
if (!parsed.ok) throw new Error('the registry of this test is wrong');
const { registry } = parsed;

function configOf(env: Record<string, string>): WorkerConfig {
  const minimal = { KAFKA_BROKERS: 'kafka:9092', VECINO_IMAGES_DIR: dir };
  const read = parseServiceConfig({ ...minimal, ...env }, workerSchema);
  if (!read.ok) throw new Error(read.faults.join('\n'));
  return workerConfigOf(read.config.common, read.config.own);
}
function warningsOf(config: WorkerConfig): string[] {
  const warnings: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (_fields: object, text?: string) => void warnings.push(text ?? ''),
  };
  deviceActivitiesFor(config, () => registry, logger);
  return warnings;
}

test('says once that images need no signature, where they need none', () => {
  expect(warningsOf(configOf({}))).toEqual([expect.stringContaining('VECINO_IMAGE_KEYS is not set')]);
});

test('says nothing where they must be signed', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(dir, 'keys.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  expect(warningsOf(configOf({ VECINO_IMAGE_KEYS: join(dir, 'keys.pem') }))).toEqual([]);
});

test.each([
  ['is missing', undefined],
  ['holds no key', 'nothing'],
])('does not start with a file of keys that %s', (_name, content) => {
  const file = join(dir, 'keys.pem');
  if (content !== undefined) writeFileSync(file, content);
  expect(() => warningsOf(configOf({ VECINO_IMAGE_KEYS: file }))).toThrow(
    expect.objectContaining({ code: 'IMAGE_KEYS_UNREADABLE', message: expect.stringContaining(file) }),
  );
});
