import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ToldVariable, toldVariables } from '@vecino/lifecycle/config';
import { configurationTables } from './configuration-tables.js';
import { END_OF_TABLE, withTables } from './generated-tables.js';

const ROOT = join(__dirname, '..', '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'configuration.md'), 'utf8');
const SERVICES = ['ingest', 'status-projector', 'worker-dedicated', 'worker-shared'] as const;

type Variables = Parameters<typeof toldVariables>[0];
const own = new Map<string, readonly ToldVariable[]>();
const tables = () => configurationTables((service) => own.get(service) ?? []);

beforeAll(async () => {
  for (const service of SERVICES) {
    const path = join(ROOT, 'services', service, 'src', 'config.ts');
    const { VARIABLES } = (await import(path)) as { readonly VARIABLES: Variables };
    own.set(service, toldVariables(VARIABLES));
  }
}, 60_000);

/** As wide as its widest cell is every column: that is no difference. */
const withoutWidths = (page: string): string => page.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---');

it('docs/configuration.md tells what the schemas of services read, their defaults and meanings: else generate it', () => {
  expect(withoutWidths(withTables(PAGE, tables()))).toBe(withoutWidths(PAGE));
  expect(PAGE.split(END_OF_TABLE)).toHaveLength(tables().size + 1);
});

it('tables say who alone reads a variable, and what is needed', () => {
  const made = [...tables().values()].join('\n');
  expect(made).toMatch(/^\| `VECINO_LOG_LEVEL` +\| `info` +\| /m);
  expect(made).toMatch(/^\| `SCHEMA_REGISTRY_URL` +\| +\| /m);
  expect(made).toMatch(/^\| `REDIS_URL` \(ingest only\) +\| +\| /m);
  expect(made).toMatch(/^\| `VECINO_TENANT` \(worker-dedicated only\) +\| needed +\| /m);
  expect(made).toMatch(/^\| `VECINO_IDLE_GRACE` \(worker-shared only\) +\| `60s` +\| /m);
});

/** What is read by its name in the sources of libraries and services. */
function namesRead(): string[] {
  return ['libs', 'services'].flatMap((part) =>
    readdirSync(join(ROOT, part)).flatMap((name) => {
      const folder = join(ROOT, part, name, 'src');
      return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.i?test\.ts$|testing/.test(join(name, file)))
        .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/\benv\['(\w+)'\]/g)])
        .map(([, variable]) => variable ?? '');
    }),
  );
}

it('docs/configuration.md has every variable that services read by its name, whosever it is', () => {
  const read = namesRead();
  expect(read).toEqual(expect.arrayContaining(['OTEL_SERVICE_NAME', 'TEMPORAL_PROFILE', 'NO_COLOR']));
  expect(read.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
});
