import { inspect } from 'node:util';
import fc from 'fast-check';
import { redactText } from './redact-text.js';

/** A secret's beginning and end: neither may be left. */
const HEAD = 'hunter2';
const TAIL = 'S3CR3T';
const secretOf = (middle: RegExp) => fc.stringMatching(middle).map((noise) => HEAD + noise + TAIL);

/** Whatever can be typed. */
const typed = secretOf(/^[ -~]{0,12}$/);
/** Without what ends a word. */
const word = secretOf(/^[a-zA-Z0-9_!$%()*+./:=?@~-]{0,12}$/);
const token = secretOf(/^[a-zA-Z0-9_.~+/-]{0,12}$/);

const name = fc
  .tuple(
    fc.constantFrom('', 'db_', 'sasl.', 'X-', 'client'),
    fc.constantFrom(
      ...['password', 'Passphrase', 'passwd', 'SECRET', 'secret_key', 'credentials', 'pwd'],
      ...['refresh_token', 'apiKey', 'access-key', 'private_key', 'authorization'],
    ),
  )
  .map((parts) => parts.join(''));
const separator = fc.constantFrom('=', ' = ', ':', ': ', ' : ', ' => ', ':=');

/** JSON within so many further ones. */
function jsonWithin(value: object, times: number): string {
  let text = JSON.stringify(value);
  for (let n = 0; n < times; n += 1) text = JSON.stringify(text);
  return text;
}

/** Ways in which a text holds a secret. */
const NOTATIONS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  assigned: fc.tuple(name, separator, word).map((parts) => parts.join('')),
  'assigned in quotes': fc
    .tuple(name, separator, typed)
    .map(([named, sign, secret]) => named + sign + JSON.stringify(secret)),
  JSON: fc
    .tuple(name, typed, fc.nat(3))
    .map(([named, secret, times]) => jsonWithin({ a: 1, [named]: secret, b: [2] }, times)),
  'a list in JSON': fc
    .tuple(name, typed, fc.nat(2))
    .map(([named, secret, times]) => jsonWithin({ [named]: [{ of: secret }] }, times)),
  'an object for people': fc.tuple(name, typed).map(([named, secret]) => inspect({ [named]: secret })),
  'a map for people': fc.tuple(name, typed).map(([named, secret]) => inspect(new Map([[named, [secret]]]))),
  address: word.map((secret) => `redis://ana:${secret}@redis:6379/0`),
  query: fc.tuple(name, token).map(([named, secret]) => `http://host/path?a=1&${named}=${secret}&b=2`),
  bearer: fc.tuple(fc.constantFrom('Bearer', 'bearer'), token).map((parts) => parts.join(' ')),
  header: fc
    .tuple(fc.constantFrom('Basic', 'Bearer', 'Digest'), word)
    .map(([scheme, secret]) => `authorization: ${scheme} ${secret}`),
  cookie: word.map((secret) => `Cookie: a=${secret}; b=${secret}`),
  JAAS: typed.map((secret) => `PlainLoginModule required username="ana" password=${JSON.stringify(secret)};`),
  PEM: typed.map((secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`),
};
/** What stands around it. */
const before = fc.constantFrom('', 'cannot reach it: ', '14 UNAVAILABLE: it says ');
const after = fc.constantFrom('', '\n    at connect (net.js:1:2)');

test.each(Object.keys(NOTATIONS))('a secret as %s is left out, and nothing around it is', (kind) => {
  const notation = NOTATIONS[kind] ?? fc.constant('');
  fc.assert(
    fc.property(before, notation, after, (start, text, end) => {
      const redacted = redactText(start + text + end);
      expect(redacted).not.toContain(HEAD);
      expect(redacted).not.toContain(TAIL);
      expect(redacted).toContain('[redacted]');
      expect(redacted.startsWith(start)).toBe(true);
      expect(redacted.endsWith(end)).toBe(true);
      expect(redactText(redacted)).toBe(redacted);
    }),
  );
});

test('user and password in base64 are left out', () => {
  fc.assert(
    fc.property(before, typed, (start, secret) => {
      const said = Buffer.from(`ana:${secret}`).toString('base64');
      expect(redactText(`${start}Basic ${said}`)).not.toContain(said.slice(0, 8));
    }),
  );
});

const INNOCENT = [
  'connect ECONNREFUSED 10.0.0.1:9339',
  '14 UNAVAILABLE: No connection established. Last error: Error: connect ETIMEDOUT',
  'Basic authentication failed',
  'basic auth is off for tenant acme, tier basic, 3 routers',
  'TOPIC_AUTHORIZATION_FAILED: Not authorized to access topics: [Topic authorization failed]',
  'WRONGPASS invalid username-password pair or user is disabled.',
  `Unexpected token '}', "{}}" is not valid JSON`,
  'the token has expired after 3 tokens, and a password has 12 characters',
  'http://collector:4318/v1/traces is away',
  'mail to a@b.c',
  'the router runs 7.2.1 where 7.3.0 was expected',
  'Temporal refuses the credentials; see TEMPORAL_TLS_* and TEMPORAL_API_KEY',
  'VECINO_DEVICE_KEY: cannot read /run/secrets/device.pem',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'it costs $5, or $10$',
  'messaging.kafka.message.key: d-1',
  'KAFKA_SASL_PASSWORD: required with plain',
  'private key: ENOENT: no such file',
  'client secret: missing, unknown or invalid',
  'Unexpected token: x',
  'oci://reg:5000/os@sha256:9f86d081884c7d659a2feaa0c55ad015',
  'https://host:8080/x,mail=a@b',
  'http://[::1]:8080/a@b',
  'at run (file:///app/node_modules/@temporalio/worker/lib/activity.js:1:2)',
];

test('innocent text stays as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...INNOCENT), { maxLength: 5 }), (texts) => {
      const text = texts.join('; ');
      expect(redactText(text)).toBe(text);
    }),
  );
});

test.each([
  ['a.', 50_000],
  ['a://', 400_000],
  ['a://b/@', 100_000],
  ['-----BEGIN PRIVATE KEY-----', 2_000],
  ['-----BEGIN ', 10_000],
  ['password', 20_000],
  ['password="', 10_000],
  ["secret: ['", 10_000],
  ['token:{', 10_000],
  [String.raw`"token":"\\\\`, 10_000],
  ['\\', 100_000],
  ['bearer ', 20_000],
  ['basic ', 20_000],
  ['-eyJ', 25_000],
  ['$1', 50_000],
  ['password 7 ', 10_000],
  ['unknown command auth with args ', 3_000],
  ['cookie', 20_000],
  // Base64 of colons, with the end of a sign that no password has.
  ['Ojo6', 24_000],
])('%j, however often, costs no time to speak of', (piece, times) => {
  const begun = performance.now();
  for (const start of ['', 'password=', 'password="', '"eyJ', 'Basic '])
    redactText(`${start}${piece.repeat(times)}AQ`);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
