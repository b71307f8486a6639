import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { TERMINAL_STATES } from '@vecino/foundation';
import { ATTRIBUTES } from '@vecino/telemetry';
import { parse } from 'yaml';
import { readComposeFile } from './compose-file.js';

interface Policy {
  readonly name: string;
  readonly type: string;
  readonly string_attribute?: {
    readonly key: string;
    readonly values: readonly string[];
    readonly invert_match?: boolean;
  };
  readonly and?: { readonly and_sub_policy: readonly Policy[] };
}

interface CollectorConfig {
  readonly receivers: object;
  readonly processors: { readonly tail_sampling: { readonly policies: readonly Policy[] } };
  readonly exporters: object;
  readonly service: {
    readonly pipelines: Readonly<
      Record<string, Readonly<Record<'receivers' | 'processors' | 'exporters', readonly string[]>>>
    >;
  };
}

const { root } = thisRepository();
const text = readFileSync(join(root, 'deploy/otel-collector/collector.yaml'), 'utf8');
const config = parse(text) as CollectorConfig;
const { policies } = config.processors.tail_sampling;
const flat = policies.flatMap((policy) => [policy, ...(policy.and?.and_sub_policy ?? [])]);

it.each(['receivers', 'processors', 'exporters'] as const)('uses each of its %s, and no other', (kind) => {
  const used = Object.values(config.service.pipelines).flatMap((pipeline) => pipeline[kind]);
  expect([...new Set(used)].sort()).toEqual(Object.keys(config[kind]).sort());
});

it('decides on traces before it packs them, and after it has looked after its memory', () => {
  expect(config.service.pipelines['traces']?.processors).toEqual([
    'memory_limiter',
    'tail_sampling',
    'batch',
  ]);
});

it('keeps every way to end but success', () => {
  const ended = policies.find(({ type }) => type === 'string_attribute')?.string_attribute;
  expect(ended).toEqual({
    key: ATTRIBUTES.deploymentState,
    values: TERMINAL_STATES.filter((state) => state !== 'SUCCEEDED'),
  });
});

it('asks for attributes that spans have', () => {
  const keys = flat.flatMap(({ string_attribute }) => string_attribute?.key ?? []);
  expect(keys.length).toBeGreaterThan(2);
  expect(keys.filter((key) => !Object.values<string>(ATTRIBUTES).includes(key))).toEqual([]);
});

it('has each policy under a name and with settings of its type', () => {
  expect(new Set(flat.map(({ name }) => name)).size).toBe(flat.length);
  expect(flat.filter((policy) => !(policy.type in policy))).toEqual([]);
});

it('inverts no decision outside of an `and`, which the collector gives up', () => {
  expect(policies.filter(({ string_attribute }) => string_attribute?.invert_match === true)).toEqual([]);
});

it('is given the variables that it reads, with the same defaults', () => {
  const reads = [...text.matchAll(/\$\{env:([A-Z_]+):-([^}]+)\}/g)].map(([, name, value]) => [name, value]);
  const { environment = {} } = readComposeFile(root).services['otel-collector'] ?? {};
  const given = Object.entries(environment).map(([name, value]) => [
    name,
    /:-([^}]+)\}$/.exec(String(value))?.[1],
  ]);
  expect(given.sort()).toEqual(reads.sort());
  expect(reads).toHaveLength(3);
});

it('can be run by the collector that the test of sampling builds, of the release of the image', () => {
  const builder = readFileSync(join(root, 'deploy/otel-collector/builder.yaml'), 'utf8');
  const { image } = readComposeFile(root).services['otel-collector'] ?? {};
  const release = String(image).split(':')[1];
  const kinds = [...builder.matchAll(/\/(\w+?)(?:receiver|processor|exporter) v([\d.]+)$/gm)];
  expect(new Set(kinds.map(([, , version]) => version))).toEqual(new Set([release]));
  expect(builder).toContain(`otelcol_version: ${release}\n`);
  const built = new Set(kinds.map(([, name]) => name));
  const used = [config.receivers, config.processors, config.exporters].flatMap((part) => Object.keys(part));
  const names = used.map((id) => id.split('/')[0]?.replaceAll('_', ''));
  expect(names.filter((name) => !built.has(name))).toEqual([]);
});
