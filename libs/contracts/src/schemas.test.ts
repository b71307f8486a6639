import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATE_STATES, PHASE_STATES, REASON_CODES, TERMINAL_STATES } from '@vecino/foundation';
import { type AvroEnum, type AvroRecord } from './avro-schema.js';
import { RELEASED_SCHEMAS } from './gen/released-schemas.js';

const ROOT = join(__dirname, '..');
const RELEASE = 'npm run generate -w @vecino/contracts -- --release';
const schemas = readdirSync(join(ROOT, 'avro'))
  .filter((file) => file.endsWith('.avsc'))
  .map((file) => JSON.parse(readFileSync(join(ROOT, 'avro', file), 'utf8')) as AvroRecord);

/** Every enum anywhere in a schema. */
function enumsIn(node: unknown): AvroEnum[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = (node as { type?: unknown }).type === 'enum' ? [node as AvroEnum] : [];
  return [...own, ...Object.values(node).flatMap(enumsIn)];
}
const symbolsOf = (name: string) =>
  schemas
    .flatMap(enumsIn)
    .find((one) => one.name === name)
    ?.symbols.filter((symbol) => symbol !== 'UNKNOWN')
    .sort();

const withoutComments = (schema: AvroRecord): unknown =>
  JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === 'doc' ? undefined : value)));

describe('the schemas', () => {
  it('are what the types in src/gen were generated from', () => {
    expect(() =>
      execFileSync(process.execPath, [join(ROOT, 'scripts/generate.mjs'), '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  it.each(schemas.map((schema) => [schema.name, schema] as const))(
    `%s is released as it stands (else: ${RELEASE})`,
    (name, schema) => {
      expect(RELEASED_SCHEMAS.filter((released) => released.name === name).at(-1)).toEqual(
        withoutComments(schema),
      );
    },
  );

  it('know every state and every reason of the platform', () => {
    expect(symbolsOf('DeploymentState')).toEqual(
      [...GATE_STATES, ...PHASE_STATES, ...TERMINAL_STATES].sort(),
    );
    expect(symbolsOf('ReasonCode')).toEqual([...REASON_CODES].sort());
  });

  it('give every enum the default UNKNOWN, so that older readers survive newer symbols', () => {
    const enums = schemas.flatMap(enumsIn);
    expect(enums.length).toBeGreaterThan(2);
    for (const one of enums)
      expect([one.name, one.default, one.symbols[0]]).toEqual([one.name, 'UNKNOWN', 'UNKNOWN']);
  });

  it('make four fields a valid request', () => {
    const request = schemas.find(({ name }) => name === 'NetworkDeploymentRequest');
    const required = request?.fields.filter((field) => field.default === undefined).map(({ name }) => name);
    expect(required).toEqual(['tenant_id', 'router_id', 'router_ip', 'software_version']);
  });
});
