import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, runCommand, silentProgress, unfinished, withCacheLock } from '@vecino/devstack';
import { parse } from 'yaml';

/** The newest release that the schemas know, and what makes them: Go modules, which Go's checksum database vouches for. */
export const KUBERNETES_VERSION = '1.34.4';
const KUBERNETES = `k8s.io/kubernetes@v${KUBERNETES_VERSION}`;
const KEDA = 'github.com/kedacore/keda/v2@v2.21.0';
const PROMETHEUS_OPERATOR = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';

/** What the chart renders. */
const KINDS = [
  { group: '', version: 'v1', kind: 'ConfigMap' },
  { group: '', version: 'v1', kind: 'Service' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'batch', version: 'v1', kind: 'Job' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' },
  { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
] as const;
const CUSTOM_KINDS = [
  { module: KEDA, file: 'config/crd/bases/keda.sh_scaledobjects.yaml' },
  { module: KEDA, file: 'config/crd/bases/keda.sh_triggerauthentications.yaml' },
  {
    module: PROMETHEUS_OPERATOR,
    file: 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
  },
  {
    module: PROMETHEUS_OPERATOR,
    file: 'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
  },
] as const;

interface Schema {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

type Definitions = Readonly<Record<string, Schema>>;

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface KindSchema {
  readonly of: GroupVersionKind;
  readonly schema: Schema;
}

interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/**
 * Folder with a JSON schema of each kind of object that the chart renders, as kubeconform looks for them. They are made once,
 * into the cache, from the API description of Kubernetes and from KEDA's and the Prometheus operator's own definitions. Unlike
 * the API server, they refuse a field that nobody knows.
 * @throws COMMAND_FAILED where a module cannot be had.
 */
export async function prepareKubernetesSchemas(): Promise<string> {
  const dir = join(cacheDir(process.env), 'kubernetes-schemas');
  const path = join(dir, createHash('sha256').update(readFileSync(__filename)).digest('hex').slice(0, 16));
  if (existsSync(path)) return path;
  return withCacheLock(dir, silentProgress, async () => {
    if (existsSync(path)) return path;
    const work = await unfinished(dir);
    const definitions = await kubernetesDefinitions();
    for (const { of, schema } of [...builtInSchemas(definitions), ...(await customSchemas(definitions))])
      await writeFile(join(work, fileName(of)), `${JSON.stringify(schema)}\n`);
    await rename(work, path);
    return path;
  });
}

const fileName = ({ group, version, kind }: GroupVersionKind): string =>
  `${[kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-')}.json`;

function builtInSchemas(definitions: Definitions): KindSchema[] {
  return KINDS.map((of) => {
    const isIt = (one: GroupVersionKind): boolean =>
      one.group === of.group && one.version === of.version && one.kind === of.kind;
    const found = Object.values(definitions).find((definition) =>
      (definition['x-kubernetes-group-version-kind'] as GroupVersionKind[] | undefined)?.some(isIt),
    );
    if (found === undefined) throw new Error(`${KUBERNETES} has no ${of.kind}`);
    return { of, schema: whole(of, strict(found) as Schema, definitions) };
  });
}

async function customSchemas(definitions: Definitions): Promise<KindSchema[]> {
  const metadata = strict(definitions['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta']) as Schema;
  const made: KindSchema[] = [];
  for (const { module, file } of CUSTOM_KINDS) {
    const { spec } = parse(
      readFileSync(join(await moduleDir(module), file), 'utf8'),
    ) as CustomResourceDefinition;
    const stored = spec.versions.find(({ storage }) => storage);
    if (stored === undefined) throw new Error(`${file} stores no version`);
    const of = { group: spec.group, version: stored.name, kind: spec.names.kind };
    const body = strict(stored.schema.openAPIV3Schema) as Schema;
    made.push({
      of,
      schema: whole(of, { ...body, properties: { ...body.properties, metadata } }, definitions),
    });
  }
  return made;
}

/** The schema of a whole object: it says what it is, and the definitions that it leads to come with it. */
function whole(of: GroupVersionKind, schema: Schema, definitions: Definitions): Schema {
  const { group, version, kind } = of;
  return {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { const: group === '' ? version : `${group}/${version}` },
      kind: { const: kind },
    },
    required: [...new Set(['apiVersion', 'kind', ...(schema.required ?? [])])],
    definitions: reachable(schema, definitions),
  };
}

function reachable(
  schema: unknown,
  definitions: Definitions,
  found: Record<string, unknown> = {},
): Record<string, unknown> {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    if (found[name] !== undefined) continue;
    found[name] = strict(definitions[name]);
    reachable(found[name], definitions, found);
  }
  return found;
}

/** Refuses properties that are not named, where the schema does not leave them open. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  const given = schema as Schema;
  if (given['x-kubernetes-int-or-string'] === true || given['format'] === 'int-or-string')
    return { oneOf: [{ type: 'string' }, { type: 'integer' }] };
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    // Names of fields, not keywords of the schema.
    if (key === 'properties') kept[key] = mapValues(value as Readonly<Record<string, Schema>>, strict);
    else if (key !== 'description' && key !== 'default' && !key.startsWith('x-kubernetes-'))
      kept[key] = strict(value);
  }
  const isOpen =
    given['x-kubernetes-preserve-unknown-fields'] === true || kept['additionalProperties'] !== undefined;
  return kept['properties'] !== undefined && !isOpen ? { ...kept, additionalProperties: false } : kept;
}

const mapValues = <T, U>(of: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]));

async function kubernetesDefinitions(): Promise<Definitions> {
  const file = join(await moduleDir(KUBERNETES), 'api', 'openapi-spec', 'swagger.json');
  const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Definitions };
  // A quantity may be written as a number.
  return {
    ...definitions,
    'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
  };
}

async function moduleDir(module: string): Promise<string> {
  const printed = await runCommand('go', ['mod', 'download', '-json', module]);
  return (JSON.parse(printed) as { Dir: string }).Dir;
}
