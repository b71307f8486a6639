import { errorText } from './error-text.js';
import { isSecretName } from './named-secrets.js';
import { redactBeginning, redactText, redactTexts } from './redact-text.js';

test.each([
  // Addresses
  ['cannot reach redis://ana:hunter2@redis:6379/0', 'cannot reach redis://[redacted]@redis:6379/0'],
  ['kafka://a:hunter2@one,kafka://b:hunter2@two is away', 'kafka://[redacted]@two is away'],
  ['kafka://ana:hun/ter2@one/x', 'kafka://[redacted]@one/x'],
  ['redis://:hun?t@er2@redis:6379/0', 'redis://[redacted]@redis:6379/0'],
  ['https://hunter2@host/x, oci://reg/os', 'https://[redacted]@host/x, oci://reg/os'],
  ['https://host/x?to=redis://ana:hunter2@redis', 'https://host/x?to=redis://[redacted]@redis'],
  ['KAFKA_BROKERS=SASL_SSL://ana:hunter2@one:9092', 'KAFKA_BROKERS=SASL_SSL://[redacted]@one:9092'],
  ['GET https://host/x?a=1&access_token=hunter2&z=2', 'GET https://host/x?a=1&access_token=[redacted]&z=2'],
  // Names
  ['password=hunter2;user=ana', 'password=[redacted];user=ana'],
  ['login failed: password: hunter2, user: ana', 'login failed: password: [redacted], user: ana'],
  ['password: is-hunter2', 'password: [redacted]'],
  ['password=required', 'password=[redacted]'],
  ['{"password":"hunter2","user":"ana"}', '{"password":"[redacted]","user":"ana"}'],
  [
    String.raw`"{\"password\":\"hun\\\"ter2\",\"user\":\"ana\"}"`,
    String.raw`"{\"password\":\"[redacted]\",\"user\":\"ana\"}"`,
  ],
  ["{ 'X-API-Key': 'hunter2', user: 'ana' }", "{ 'X-API-Key': '[redacted]', user: 'ana' }"],
  ["Map(1) { 'client_secret' => [ 'hunter]2' ] }", "Map(1) { 'client_secret' => [redacted] }"],
  ['"credentials": {"key":"hunter2"}, "n": 1', '"credentials": [redacted], "n": 1'],
  ['{"password":"hunter2 that was cut o', '{"password":"[redacted]'],
  ['{"password":"","user":"ana"}', '{"password":"","user":"ana"}'],
  ['PlainLoginModule required password="hunter2";', 'PlainLoginModule required password="[redacted]";'],
  ['basic.auth.user.info=ana:hunter2', 'basic.auth.user.info=[redacted]'],
  // Headers
  ['Authorization: Basic dXNlcjpwdw==, te: trailers', 'Authorization: [redacted], te: trailers'],
  ['refused: Basic dXNlcjpwdw==', 'refused: Basic [redacted]'],
  ['refused: bearer hunter2hunter2', 'refused: bearer [redacted]'],
  ['Set-Cookie: a=hunter2; b=hunter2\nnext', 'Set-Cookie: [redacted]\nnext'],
  // Keys
  ['a -----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY----- b', 'a [redacted] b'],
  ['a -----BEGIN PRIVATE KEY-----\\nhunter2', 'a [redacted]'],
  ['the key eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl is old', 'the key [redacted] is old'],
  // Devices and Redis
  ['username ana password 7 0822455D0A16', 'username ana password 7 [redacted]'],
  ['its hash is $6$salt$0123456789abcdef, says it', 'its hash is [redacted], says it'],
  [
    "ERR unknown command 'AUTH', with args beginning with: 'default' 'hunter2'",
    "ERR unknown command 'AUTH', with args beginning with: [redacted]",
  ],
])('%j is written as %j', (text, written) => {
  expect(redactText(text)).toBe(written);
  expect(redactText(written)).toBe(written);
});

test('each text of details is redacted, and their names stay', () => {
  const details = { why: 'token=hunter2', step: 'install' };
  expect(redactTexts(details)).toEqual({ why: 'token=[redacted]', step: 'install' });
});

test('of a long text the beginning is kept, without a secret that begins in it', () => {
  expect(redactBeginning('password=hunter2', 20)).toBe('password=[redacted]');
  expect(redactBeginning('x'.repeat(1_000), 20)).toBe(`${'x'.repeat(20)}…`);
  expect(redactBeginning(`to a://ana:${'hunter2'.repeat(5)}@b ${'x'.repeat(1_000)}`, 20)).toBe(
    'to a://[redacted]@b …',
  );
});

test('the words of an error, whatever was thrown', () => {
  expect(errorText(new Error('password=hunter2'))).toBe('password=[redacted]');
  expect(errorText('password=hunter2')).toBe('password=[redacted]');
  expect(errorText(undefined)).toBe('undefined');
});

test.each([
  ['password', true],
  ['clientSecret', true],
  ['x-api-key', true],
  ['refresh_token', true],
  ['Set-Cookie', true],
  ['tokens', false],
  ['message.key', false],
  ['tenant_id', false],
])('whether %s is a secret by its name: %s', (name, secret) => expect(isSecretName(name)).toBe(secret));
