import fc from 'fast-check';
import { redactFields } from './redact.js';

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
      expect(JSON.stringify(redactFields({ error }))).not.toContain(SECRET);
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

const throws = (): never => {
  throw new Error(SECRET);
};
const circle = (): Record<string, unknown> => {
  const around: Record<string, unknown> = { password: SECRET };
  around['again'] = [around];
  return around;
};
/** What breaks those who only read it. */
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'a circle': circle,
  'a circle with many ways': () => {
    const around: Record<string, unknown> = {};
    for (let n = 0; n < 100; n += 1) around[`way${n}`] = { around };
    return around;
  },
  'many ways without a circle': () =>
    Array.from({ length: 6 }).reduce<unknown>((inner) => Array.from({ length: 30 }, () => inner), { SECRET }),
  'a depth without an end': () =>
    Array.from({ length: 20_000 }).reduce<unknown>((inner) => ({ inner }), { password: SECRET }),
  'a list without an end': () => Array.from({ length: 1_000_000 }, () => 'x'),
  'a getter that throws': () => ({
    get broken() {
      return throws();
    },
  }),
  'a toJSON that throws': () => ({ toJSON: throws }),
  'a toJSON that gives itself': () => ({
    toJSON() {
      return this;
    },
  }),
  'a toJSON without an end': function again(): unknown {
    return { toJSON: again };
  },
  'a proxy that is revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'a frozen error': () => Object.freeze(new Error(`password=${SECRET}`)),
  'an error whose message throws': () => Object.defineProperty(new Error('x'), 'message', { get: throws }),
  'an error with a circle of causes': () => {
    const error = new Error('first');
    error.cause = new Error('second', { cause: error });
    return error;
  },
  'an error that is one of its own': () => {
    const error = new AggregateError([], 'all');
    error.errors.push(error);
    return error;
  },
  'a bigint': () => 10n,
  'a symbol': () => Symbol('x'),
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
};

test.each(Object.keys(HOSTILE))('%s costs neither the line nor its other fields', (kind) => {
  const field = HOSTILE[kind]?.();
  const begun = performance.now();
  const line = JSON.stringify(redactFields({ before: 'kept', field, list: [field], after: 'kept too' }));
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(JSON.parse(line)).toMatchObject({ before: 'kept', after: 'kept too' });
  expect(line.length).toBeLessThan(1_000_000);
  expect(line).not.toContain(SECRET);
});

test('what cannot be read is named, and what can be is told', () => {
  const broken = { a: 1, toJSON: throws };
  const getter = Object.defineProperty({ a: 1 }, 'b', { get: throws, enumerable: true });
  const frozen = Object.freeze(new Error('gave up'));
  expect(redactFields({ broken, getter, frozen, circle: circle(), big: 10n })).toMatchObject({
    broken: '[unreadable]',
    getter: { a: 1, b: '[unreadable]' },
    frozen: { message: 'gave up', stack: expect.stringContaining('gave up') },
    circle: { password: '[redacted]', again: ['[circular]'] },
    big: '10',
  });
});
