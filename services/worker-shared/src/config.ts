import type { Environment } from '@vecino/telemetry';
import { parseWorkerConfig, type WorkerConfig } from '@vecino/worker';

export type WorkerSharedConfig = WorkerConfig;

export type ConfigResult =
  | { readonly ok: true; readonly config: WorkerSharedConfig }
  /** All faults at once, each naming its variable. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** Pure: opens nothing but the files that Temporal's own variables name. */
export function parseConfig(env: Environment): ConfigResult {
  const { config, faults } = parseWorkerConfig(env);
  return config ? { ok: true, config } : { ok: false, faults };
}
