import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ToldVariable, toldVariables } from '@vecino/lifecycle/config';
import { configurationPage } from './configuration-page.js';

const ROOT = join(__dirname, '..', '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'configuration.md'), 'utf8');
const SERVICES = ['ingest', 'status-projector', 'worker-dedicated', 'worker-shared'] as const;

type Variables = Parameters<typeof toldVariables>[0];
const own = new Map<string, readonly ToldVariable[]>();
const variablesOf = (service: string) => own.get(service) ?? [];

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
  expect(withoutWidths(configurationPage(PAGE, variablesOf))).toBe(withoutWidths(PAGE));
});

const marked = (name: string): string => `<!-- generated: ${name} -->\n\nold\n\n<!-- end of generated -->`;
const PLACES = ['every service', 'ingest and status-projector', 'worker-dedicated and worker-shared'];

it('makes tables anew, says who alone reads a variable, and leaves what stands around them', () => {
  const page = `# A\n\n${PLACES.map(marked).join('\n\nprose\n\n')}\n\n## B\n`;
  const made = configurationPage(page, variablesOf);
  expect(made).not.toContain('old');
  expect(made.match(/^(# A|prose|## B)$/gm)).toEqual(['# A', 'prose', 'prose', '## B']);
  expect(made).toMatch(/^\| `VECINO_LOG_LEVEL` +\| `info` +\| /m);
  expect(made).toMatch(/^\| `SCHEMA_REGISTRY_URL` +\| +\| /m);
  expect(made).toMatch(/^\| `REDIS_URL` \(ingest only\) +\| +\| /m);
  expect(made).toMatch(/^\| `VECINO_TENANT` \(worker-dedicated only\) +\| needed +\| /m);
  expect(made).toMatch(/^\| `VECINO_IDLE_GRACE` \(worker-shared only\) +\| `60s` +\| /m);
  expect(configurationPage(made, variablesOf)).toBe(made);
});

it('takes no page that lacks a table, or has a place for one that nobody knows', () => {
  const [first = '', ...others] = PLACES;
  expect(() => configurationPage(others.map(marked).join('\n'), variablesOf)).toThrow(first);
  const page = [...PLACES, 'nobody'].map(marked).join('\n');
  expect(() => configurationPage(page, variablesOf)).toThrow('there is a table for nobody');
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
