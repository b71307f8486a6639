import { type PlatformEnvironment } from './platform-access.js';

/** Where a browser shows more. Each is undefined where nobody has said where that is. */
export interface PlatformLinks {
  /** A workflow, the run that is named or its newest. */
  workflow(namespace: string, workflowId: string, runId?: string): string | undefined;
  /** What a visibility query finds. */
  workflows(namespace: string, query: string): string | undefined;
  trace(traceId: string): string | undefined;
}

const PLACEHOLDER = '{trace_id}';

export function linksOf(env: PlatformEnvironment): PlatformLinks {
  const ui = withoutSlash(env['TEMPORAL_UI_URL']);
  const traces = withoutSlash(env['VECINO_TRACES_URL']);
  const inNamespace = (namespace: string, rest: string) =>
    ui === undefined ? undefined : `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows${rest}`;
  const workflows = (namespace: string, query: string) =>
    inNamespace(namespace, `?query=${encodeURIComponent(query)}`);
  return {
    workflows,
    workflow: (namespace, workflowId, runId) =>
      runId === undefined
        ? workflows(namespace, `WorkflowId = "${workflowId}"`)
        : inNamespace(namespace, `/${encodeURIComponent(workflowId)}/${runId}/history`),
    trace(traceId) {
      if (traces === undefined) return undefined;
      return traces.includes(PLACEHOLDER)
        ? traces.replaceAll(PLACEHOLDER, traceId)
        : `${traces}/trace/${traceId}`;
    },
  };
}

const withoutSlash = (url: string | undefined): string | undefined => url?.replace(/\/+$/, '') || undefined;
