import { type AvroSchema } from './avro-schema.js';
import { formWithLogicalTypes, parsingCanonicalForm } from './canonical-form.js';
import { fingerprintOfSchema, fingerprintsOfSchema } from './rabin-fingerprint.js';

/** From Apache Avro's share/test/data/schema-tests.txt: schema, canonical form, fingerprint as a signed number. */
const VECTORS: readonly (readonly [string, string, bigint])[] = [
  ['"null"', '"null"', 7195948357588979594n],
  ['{"type":"boolean"}', '"boolean"', -6970731678124411036n],
  ['"int"', '"int"', 8247732601305521295n],
  ['{"type":"long"}', '"long"', -3434872931120570953n],
  ['"float"', '"float"', 5583340709985441680n],
  ['"double"', '"double"', -8181574048448539266n],
  ['"bytes"', '"bytes"', 5746618253357095269n],
  ['"string"', '"string"', -8142146995180207161n],
  ['[  ]', '[]', -1241056759729112623n],
  ['[ "int" , {"type":"boolean"} ]', '["int","boolean"]', 5392556393470105090n],
  [
    '{"fields":[], "type":"record", "name":"foo", "doc":"Useful info"}',
    '{"name":"foo","type":"record","fields":[]}',
    -4824392279771201922n,
  ],
  [
    '{"fields":[], "type":"record", "name":"foo", "namespace":"x.y"}',
    '{"name":"x.y.foo","type":"record","fields":[]}',
    5916914534497305771n,
  ],
  [
    '{"fields":[], "type":"record", "name":"a.b.foo", "namespace":"x.y"}',
    '{"name":"a.b.foo","type":"record","fields":[]}',
    -4616218487480524110n,
  ],
  [
    '{"name":"foo", "type":"record", "fields":[{"type":"boolean","name":"f1"}]}',
    '{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"}]}',
    7843277075252814651n,
  ],
  [
    '{"type":"enum","symbols":["A1","A2"],"name":"foo","namespace":"x.y.z"}',
    '{"name":"x.y.z.foo","type":"enum","symbols":["A1","A2"]}',
    -4448647247586288245n,
  ],
  [
    '{"namespace":"x.y.z","size":32,"name":"foo","type":"fixed"}',
    '{"name":"x.y.z.foo","type":"fixed","size":32}',
    -3064184465700546786n,
  ],
  ['{"items":"null","type":"array"}', '{"type":"array","items":"null"}', -589620603366471059n],
  ['{"values":"string","type":"map"}', '{"type":"map","values":"string"}', -8732877298790414990n],
  [
    '{"name":"PigValue","type":"record","fields":[{"name":"value","type":["null","int","long","PigValue"]}]}',
    '{"name":"PigValue","type":"record","fields":[{"name":"value","type":["null","int","long","PigValue"]}]}',
    -1759257747318642341n,
  ],
];

describe('CRC-64-AVRO of the parsing canonical form', () => {
  it.each(VECTORS)('%s', (text, form, signed) => {
    const schema = JSON.parse(text) as AvroSchema;
    expect(parsingCanonicalForm(schema)).toBe(form);
    expect(fingerprintOfSchema(schema)).toBe(BigInt.asUintN(64, signed));
  });

  it('gives names inside a record its namespace, and forgets logical types', () => {
    const schema: AvroSchema = {
      type: 'record',
      name: 'Outer',
      namespace: 'a.b',
      fields: [
        { name: 'inner', type: { type: 'enum', name: 'Kind', symbols: ['X'], default: 'X' } },
        { name: 'again', type: 'Kind' },
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      ],
    };
    const form = (at: string) =>
      '{"name":"a.b.Outer","type":"record","fields":[' +
      '{"name":"inner","type":{"name":"a.b.Kind","type":"enum","symbols":["X"]}},' +
      `{"name":"again","type":"a.b.Kind"},{"name":"at","type":${at}}]}`;
    expect(parsingCanonicalForm(schema)).toBe(form('"long"'));
    expect(formWithLogicalTypes(schema)).toBe(form('{"type":"long","logicalType":"timestamp-millis"}'));
    expect(new Set(fingerprintsOfSchema(schema)).size).toBe(2);
  });
});
