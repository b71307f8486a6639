import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareGoTool, runCommand } from '@vecino/devstack';
import { parseAllDocuments, stringify } from 'yaml';
import { KUBERNETES_VERSION, prepareKubernetesSchemas } from './kubernetes-schemas.js';

/** The parts of a Kubernetes object that are looked at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

export interface EnvironmentEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly EnvironmentEntry[];
  readonly securityContext: object;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } };
}

export interface PodSpec {
  readonly securityContext: object;
  readonly terminationGracePeriodSeconds?: number;
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string }[];
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

/** Renders the chart with these values. @throws COMMAND_FAILED with what Helm says. */
export async function renderChart(chart: string, values: object, release = 'vecino'): Promise<Manifest[]> {
  const helm = await prepareGoTool('helm');
  return inFolder(async (folder) => {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify(values));
    const args = ['template', release, chart, '--namespace', 'vecino', '--kube-version', KUBERNETES_VERSION];
    const output = join(folder, 'out');
    await runCommand(helm, [...args, '--values', file, '--output-dir', output], { env: quiet(folder) });
    const templates = join(output, 'vecino', 'templates');
    return readdirSync(templates).flatMap((name) => manifestsOf(join(templates, name)));
  });
}

/** What kubeconform has to say against manifests; nothing where they are what Kubernetes takes. */
export async function judgeManifests(manifests: readonly Manifest[]): Promise<string[]> {
  const kubeconform = await prepareGoTool('kubeconform');
  return inFolder(async (folder) => {
    const file = join(folder, 'all.yaml');
    writeFileSync(file, manifests.map((manifest) => stringify(manifest)).join('---\n'));
    const location = join(await prepareKubernetesSchemas(), '{{.ResourceKind}}{{.KindSuffix}}.json');
    const args = ['-strict', '-output', 'json', '-summary', '-schema-location', location, file];
    const output = await runCommand('sh', ['-c', '"$@" || true', 'sh', kubeconform, ...args]);
    const { resources, summary } = JSON.parse(output) as {
      resources: { kind: string; name: string; msg: string }[];
      summary: { valid: number; invalid: number; errors: number; skipped: number };
    };
    const all = summary.valid + summary.invalid + summary.errors;
    if (all !== manifests.length || summary.skipped > 0)
      throw new Error(`kubeconform looked at ${all} of ${manifests.length}`);
    return resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
  });
}

export async function lintChart(chart: string, values: object): Promise<string> {
  const helm = await prepareGoTool('helm');
  return inFolder(async (folder) => {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify(values));
    return runCommand(
      helm,
      ['lint', '--strict', '--kube-version', KUBERNETES_VERSION, chart, '--values', file],
      {
        env: quiet(folder),
      },
    );
  });
}

/** The pods of a Deployment or Job. */
export const podsOf = (manifests: readonly Manifest[]): { name: string; pod: PodTemplate }[] =>
  manifests.flatMap(({ metadata, spec }) =>
    spec?.['template'] === undefined ? [] : [{ name: metadata.name, pod: spec['template'] as PodTemplate }],
  );

export const ofKind = (manifests: readonly Manifest[], kind: string): Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind);

export function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = ofKind(manifests, kind).find(({ metadata }) => metadata.name === name);
  if (found === undefined)
    throw new Error(`no ${kind} ${name} among ${manifests.map(({ metadata }) => metadata.name).join(', ')}`);
  return found;
}

function manifestsOf(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vecino-chart-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Helm keeps its state where it is told. */
const quiet = (folder: string): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: folder });
