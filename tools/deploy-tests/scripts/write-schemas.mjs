// Writes schemas/generated anew: what the compose file and the chart's manifests are judged by, from their makers' own Go
// modules. Run it (npm run schemas -w tools/deploy-tests) after a change of a version or of KINDS; needs Go and the network.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { parse } = createRequire(import.meta.url)('yaml');

const COMPOSE = 'github.com/compose-spec/compose-go/v2@v2.16.2';
const KUBERNETES = 'k8s.io/kubernetes@v1.34.4';
const KEDA = 'github.com/kedacore/keda/v2@v2.21.0';
const PROMETHEUS_OPERATOR = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';

/** Group, version and kind of what the chart renders. */
const KINDS = [
  ['', 'v1', 'ConfigMap'],
  ['', 'v1', 'Service'],
  ['apps', 'v1', 'Deployment'],
  ['batch', 'v1', 'Job'],
  ['networking.k8s.io', 'v1', 'NetworkPolicy'],
  ['policy', 'v1', 'PodDisruptionBudget'],
];
const CUSTOM_KINDS = [
  [KEDA, 'config/crd/bases/keda.sh_scaledobjects.yaml'],
  [KEDA, 'config/crd/bases/keda.sh_triggerauthentications.yaml'],
  [PROMETHEUS_OPERATOR, 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml'],
];

const out = join(import.meta.dirname, '..', 'schemas', 'generated');
const moduleDir = (module) =>
  JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' })).Dir;

/** The API server refuses unknown fields only where asked to; here they are always slips. */
function strict(schema) {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  const { description: _, default: _default, ...rest } = schema;
  const entries = Object.entries(rest).filter(([key]) => !key.startsWith('x-kubernetes-'));
  const kept = Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === 'properties'
        ? Object.fromEntries(Object.entries(value).map(([n, s]) => [n, strict(s)]))
        : strict(value),
    ]),
  );
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string')
    return { oneOf: [{ type: 'string' }, { type: 'integer' }] };
  const open = schema['x-kubernetes-preserve-unknown-fields'] || kept.additionalProperties !== undefined;
  if (kept.properties !== undefined && !open) kept.additionalProperties = false;
  return kept;
}

function write(group, version, kind, schema) {
  const suffix = [group.split('.')[0], version].filter(Boolean).join('-');
  const properties = {
    ...schema.properties,
    apiVersion: { const: group === '' ? version : `${group}/${version}` },
    kind: { const: kind },
  };
  const required = [...new Set(['apiVersion', 'kind', ...(schema.required ?? [])])];
  writeFileSync(
    join(out, 'kubernetes', `${kind.toLowerCase()}-${suffix}.json`),
    `${JSON.stringify({ ...schema, properties, required })}\n`,
  );
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'kubernetes'), { recursive: true });
writeFileSync(
  join(out, 'compose-spec.json'),
  readFileSync(join(moduleDir(COMPOSE), 'schema', 'compose-spec.json')),
);

const { definitions } = JSON.parse(
  readFileSync(join(moduleDir(KUBERNETES), 'api', 'openapi-spec', 'swagger.json'), 'utf8'),
);
// A quantity may be written as a number.
definitions['io.k8s.apimachinery.pkg.api.resource.Quantity'] = { type: ['string', 'number'] };
const metadata = definitions['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'];

/** The definitions that a schema leads to. */
function reachable(schema, found = {}) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    if (found[name] !== undefined) continue;
    found[name] = strict(definitions[name]);
    reachable(found[name], found);
  }
  return found;
}

for (const [group, version, kind] of KINDS) {
  const schema = Object.values(definitions).find((definition) =>
    definition['x-kubernetes-group-version-kind']?.some(
      (one) => one.group === group && one.version === version && one.kind === kind,
    ),
  );
  const body = strict(schema);
  write(group, version, kind, { ...body, definitions: reachable(body) });
}
for (const [module, file] of CUSTOM_KINDS) {
  const { spec } = parse(readFileSync(join(moduleDir(module), file), 'utf8'));
  const [{ name: version, schema }] = spec.versions.filter(({ storage }) => storage);
  const body = strict(schema.openAPIV3Schema);
  body.properties.metadata = strict(metadata);
  write(spec.group, version, spec.names.kind, { ...body, definitions: reachable(body) });
}
