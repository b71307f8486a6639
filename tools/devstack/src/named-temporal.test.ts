import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namedTemporal } from './named-temporal.js';

const folder = mkdtempSync(join(tmpdir(), 'named-temporal-'));
const file = join(folder, 'temporal.toml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(
  file,
  '[profile.default]\naddress = "one.example:7233"\n[profile.prod]\naddress = "two.example:7233"\napi_key = "secret"\n',
);

it('is nobody where nothing names one, whatever else is set', () => {
  expect(namedTemporal({ TEMPORAL_ADDRESS: '', TEMPORAL_API_KEY: 'k' })).toBeUndefined();
});

it('is the address, with its credentials', () => {
  const env = { TEMPORAL_ADDRESS: 'here:7233', TEMPORAL_API_KEY: 'k' };
  expect(namedTemporal(env)).toMatchObject({
    variable: 'TEMPORAL_ADDRESS',
    address: 'here:7233',
    options: { apiKey: 'k', tls: true },
  });
});

it.each([
  [{ TEMPORAL_CONFIG_FILE: file }, 'one.example:7233'],
  [{ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' }, 'two.example:7233'],
  [{ TEMPORAL_CONFIG_FILE: file, TEMPORAL_ADDRESS: 'here:7233' }, 'here:7233'],
])('%j names %s', (env, address) => expect(namedTemporal(env)?.address).toBe(address));
