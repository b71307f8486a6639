import { Type } from 'avsc';
import fc from 'fast-check';
import { boundsCheckOf } from './avro-bounds.js';

/** Every kind of type, with a record inside itself. */
const type = Type.forSchema({
  type: 'record',
  name: 'Node',
  fields: [
    { name: 'flag', type: 'boolean' },
    { name: 'number', type: 'int' },
    { name: 'long', type: 'long' },
    { name: 'float', type: 'float' },
    { name: 'double', type: 'double' },
    { name: 'bytes', type: 'bytes' },
    { name: 'text', type: 'string' },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 4 } },
    { name: 'labels', type: { type: 'map', values: 'long' } },
    { name: 'nulls', type: { type: 'array', items: 'null' } },
    { name: 'children', type: { type: 'array', items: 'Node' } },
    { name: 'next', type: ['null', 'Node'] },
  ],
} as never);
const isWithinBounds = boundsCheckOf(type);

const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.record({
    flag: fc.boolean(),
    number: fc.integer(),
    long: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
    float: fc.float({ noNaN: true }),
    double: fc.double({ noNaN: true }),
    bytes: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
    text: fc.string({ maxLength: 8 }),
    kind: fc.constantFrom('A', 'B'),
    digest: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    labels: fc.dictionary(
      fc.string({ minLength: 1, maxLength: 3 }),
      fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
      { maxKeys: 3 },
    ),
    nulls: fc.array(fc.constant(null), { maxLength: 3 }),
    children: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie('node'), { maxLength: 2 })),
    next: fc.oneof({ maxDepth: 2 }, fc.constant(null), tie('node')),
  }),
}));
const written = node.map((value) => type.toBuffer(value));

describe('bounds of a payload', () => {
  it('hold for what was written', () => {
    fc.assert(fc.property(written, (payload) => expect(isWithinBounds(payload)).toBe(true)));
  });

  it('do not hold for anything cut short', () => {
    fc.assert(
      fc.property(written, fc.nat(), (payload, n) => {
        expect(isWithinBounds(payload.subarray(0, n % payload.length))).toBe(false);
      }),
    );
  });

  it.each([
    ['an array of nulls, which need no bytes', { type: 'array', items: 'null' }, 'feffffffffffff1f00'],
    ['an array', { type: 'array', items: 'string' }, 'feffffffffffff1f00'],
    ['a map', { type: 'map', values: 'string' }, 'feffffffffffff1f00'],
    ['an array in the form with a size', { type: 'array', items: 'null' }, 'ffffffffffffff1f0000'],
    ['text of a negative length', 'string', '01'],
    ['a branch that is not there', ['null', 'string'], '04'],
    ['a varint without an end', 'long', 'ff'.repeat(20)],
  ])('do not hold for a forged %s', (_, schema, hex) => {
    expect(boundsCheckOf(Type.forSchema(schema as never))(Buffer.from(hex, 'hex'))).toBe(false);
  });

  it('do not hold for lists of lists of nothing, however few bytes they take', () => {
    const lists = Type.forSchema({ type: 'array', items: { type: 'array', items: 'null' } });
    const longs = Type.forSchema('long');
    const inner = Buffer.concat([longs.toBuffer(40_000), longs.toBuffer(0)]);
    const of = (count: number) =>
      Buffer.concat([
        longs.toBuffer(count),
        ...Array.from({ length: count }, () => inner),
        longs.toBuffer(0),
      ]);
    const started = performance.now();
    expect(boundsCheckOf(lists)(of(12_000))).toBe(false);
    // Followed to the word: seconds.
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('do not hold for records in records that make a million values of no bytes', () => {
    const nested = (level: number): object => ({
      type: 'record',
      name: `R${level}`,
      fields:
        level === 40
          ? [{ name: 'nothing', type: 'null' }]
          : [
              { name: 'one', type: nested(level + 1) },
              { name: 'two', type: `R${level + 1}` },
            ],
    });
    expect(boundsCheckOf(Type.forSchema(nested(0) as never))(Buffer.alloc(0))).toBe(false);
    expect(boundsCheckOf(Type.forSchema(nested(30) as never))(Buffer.alloc(0))).toBe(true);
  });

  it('hold for blocks in the form with a size', () => {
    const array = Type.forSchema({ type: 'array', items: 'int' });
    expect(boundsCheckOf(array)(Buffer.from('03040204' + '00', 'hex'))).toBe(true);
  });
});
