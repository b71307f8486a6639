import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { type Logger, silentLogger } from '@vecino/telemetry';
import { temporalLogger } from './runtime.js';

/** Workflow code as one script, ready for any number of Workers of one process. */
export interface WorkflowBundle {
  readonly code: string;
}

export interface BundleOptions {
  /** With interceptors that pass traces on: a Worker cannot add them to a finished bundle. Histories do not depend on it. */
  readonly tracing: boolean;
  readonly logger?: Logger;
  /** Module that exports the workflows. Default: Vecino's. */
  readonly workflowsPath?: string;
}

export async function bundleWorkflows(options: BundleOptions): Promise<WorkflowBundle> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: options.workflowsPath ?? join(packageFolder('@vecino/workflows'), 'src/workflows.ts'),
    workflowInterceptorModules: [
      ...(options.tracing ? ['tracing/workflow-interceptors.ts'] : []),
      'workflow-log-fields.ts',
    ].map((file) => join(packageFolder('@vecino/workflows'), 'src', file)),
    logger: temporalLogger(quieter(options.logger ?? silentLogger)),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['@vecino/source', 'require', 'node', 'default'] },
    }),
  });
  return { code };
}

/** A bundler's account of its modules is no news. */
const quieter = (logger: Logger): Logger => ({ ...logger, info: logger.debug });

/** The bundle that the build left beside this package, unless sources are newer: then it is made again and kept. */
export async function loadWorkflowBundle(
  options: Omit<BundleOptions, 'workflowsPath'>,
  folder = buildFolder(),
): Promise<WorkflowBundle> {
  const file = bundleFile(options.tracing, folder);
  const built = modifiedAt(file);
  if (built > 0 && built > newestSource('@vecino/workflows')) return { code: readFileSync(file, 'utf8') };
  const begun = new Date();
  const bundle = await bundleWorkflows(options);
  try {
    writeWorkflowBundle(bundle, options.tracing, folder);
    // A source that changed meanwhile may not be in it.
    utimesSync(file, begun, begun);
  } catch (err) {
    options.logger?.debug({ err, file }, 'the workflow bundle cannot be kept');
  }
  return bundle;
}

export function writeWorkflowBundle(
  bundle: WorkflowBundle,
  tracing: boolean,
  folder = buildFolder(),
): string {
  const file = bundleFile(tracing, folder);
  mkdirSync(dirname(file), { recursive: true });
  // Other processes may be reading: they see the old file or the new one, never a part.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, bundle.code);
  renameSync(partial, file);
  return file;
}

const buildFolder = (): string => join(packageFolder('@vecino/temporal'), 'dist');
const bundleFile = (tracing: boolean, folder: string): string =>
  join(folder, tracing ? 'workflows.traced.bundle.js' : 'workflows.bundle.js');

const packageFolder = (name: string): string => dirname(require.resolve(`${name}/package.json`));

/** Of the package and, by its dependencies, of everything of ours that is bundled with it; the SDK's version counts too. */
function newestSource(name: string, seen = new Set<string>()): number {
  if (seen.has(name)) return 0;
  seen.add(name);
  const folder = packageFolder(name);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const ours = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@vecino/'));
  return Math.max(
    modifiedAt(require.resolve('@temporalio/worker/package.json')),
    modifiedAt(join(folder, 'package.json')),
    ...sourcesOf(folder).map(modifiedAt),
    ...ours.map((dependency) => newestSource(dependency, seen)),
  );
}

/** Where only the build was shipped there are no sources, and the bundle is taken as it is. */
function sourcesOf(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.i?test\.ts$/.test(file))
      .map((file) => join(folder, 'src', file));
  } catch {
    return [];
  }
}

/** Milliseconds since the epoch; 0 where there is no such file. */
const modifiedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
