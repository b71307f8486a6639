import fc from 'fast-check';
import { redactError, redactFields, redactText } from './redact.js';

const SECRET = 'hunter2-hunter2';

const secretName = fc
  .tuple(
    fc.constantFrom('', 'db_', 'sasl.', 'X-', 'client'),
    fc.constantFrom('password', 'Passphrase', 'SECRET', 'refresh_token', 'apiKey', 'authorization', 'cookie'),
  )
  .map(([before, name]) => before + name);

/** A text that holds the secret in one of the ways in which texts do. */
const secretText = fc.constantFrom(
  `cannot reach redis://:${SECRET}@redis:6379/0`,
  `redis://ana:${SECRET}@redis, rediss://ana:p@ss/${SECRET}@redis`,
  `kafka://a:${SECRET}@one:9092,kafka://b:${SECRET}@two:9092`,
  `Authorization: Bearer ${SECRET}`,
  `http://x/y?page=1&access_token=${SECRET}&z=2`,
  `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`,
  `"key":"-----BEGIN RSA PRIVATE KEY-----\\n${SECRET}`,
);

const harmless = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.stringMatching(/^[a-z0-9 ]{0,12}$/),
);

const secretError = fc.tuple(secretText, secretText).map(([text, cause]) =>
  Object.assign(new Error(text, { cause: new AggregateError([new Error(cause)], cause) }), {
    data: { password: SECRET, url: text },
  }),
);

/** Anything that a caller may put into a field, with the secret somewhere in it. */
const holdsSecret = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 9 },
    secretText,
    secretName.map((name) => ({ [name]: SECRET })),
    secretName.map((name) => ({ [name]: { nested: [SECRET] } })),
    secretError,
    fc.constant(Buffer.from(SECRET)),
    fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), tie('node'), harmless).map(([name, node, other]) => ({
      other,
      [name]: node,
    })),
    fc.tuple(harmless, tie('node')).map((list) => list),
  ),
})).node;

test('no secret is left, wherever it was', () => {
  fc.assert(
    fc.property(holdsSecret, (field) => {
      expect(JSON.stringify(redactFields({ field }))).not.toContain(SECRET);
    }),
  );
});

test('nor however deep it lies, in objects, lists or both', () => {
  const wraps = fc.array(fc.constantFrom('object', 'list'), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(wraps, (kinds) => {
      const field = kinds.reduce<unknown>((inner, kind) => (kind === 'list' ? [inner] : { inner }), {
        password: SECRET,
      });
      expect(JSON.stringify(redactFields({ field }))).not.toContain(SECRET);
    }),
  );
});

test('nor in an error, its data and its causes', () => {
  fc.assert(
    fc.property(secretError, (error) => {
      expect(JSON.stringify(redactError(error))).not.toContain(SECRET);
    }),
  );
});

test('what holds none is written as it is', () => {
  const plain = fc.object({
    key: fc.stringMatching(/^[a-f]{1,4}$/),
    maxDepth: 4,
    values: [harmless, fc.constant('http://collector:4318/v1/traces'), fc.constant('mail to a@b.c')],
  });
  fc.assert(
    fc.property(plain, (fields) => {
      expect(redactFields(fields)).toEqual(JSON.parse(JSON.stringify(fields)));
    }),
  );
});

test('a long text costs no time to speak of', () => {
  const texts = ['a.'.repeat(50_000), 'a://'.repeat(10_000), '-----BEGIN PRIVATE KEY-----'.repeat(2_000)];
  const begun = performance.now();
  for (const text of texts) redactText(text);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
