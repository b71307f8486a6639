import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { awaitReady } from './await-ready.js';
import type { ManagedProcess } from './managed-process.js';
import { LOOPBACK } from './ports.js';
import type { Supervisor } from './supervisor.js';

const READY_WITHIN_MS = 60_000;

/** How operators find deployments; on SQL a namespace has room for ten custom keywords. */
export const SEARCH_ATTRIBUTES = [
  'TenantId',
  'RouterId',
  'SoftwareVersion',
  'DeploymentState',
  'Tier',
] as const;

/**
 * Fairness between the tenants of the pooled route, and limits meant for shared clusters raised far enough that a
 * development machine meets its own processors first.
 */
export const DYNAMIC_CONFIG: Readonly<Record<string, boolean | number>> = {
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  'frontend.namespaceCount': 10_000,
  'frontend.rps': 20_000,
  'frontend.namespaceRPS': 20_000,
  'frontend.namespaceRPS.visibility': 500,
  'frontend.persistenceMaxQPS': 20_000,
  // One shard's queues are read at most this often a second; the defaults (20) put every step of a workflow on a 50 ms grid.
  'history.transferProcessorMaxPollRPS': 2_000,
  'history.timerProcessorMaxPollRPS': 1_000,
  'history.visibilityProcessorMaxPollRPS': 200,
  'history.rps': 30_000,
  'history.persistenceMaxQPS': 50_000,
  'matching.rps': 20_000,
  'matching.persistenceMaxQPS': 20_000,
};

export interface TemporalPlace {
  readonly dir: string;
  readonly logPath: string;
  readonly port: number;
  readonly uiPort: number;
  readonly ephemeral: boolean;
}

export function temporalArguments(place: TemporalPlace): string[] {
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK],
    ...['--port', String(place.port), '--ui-port', String(place.uiPort)],
    ...['--db-filename', join(place.dir, 'temporal.db'), '--log-level', 'error'],
    ...[
      '--sqlite-pragma',
      'journal_mode=WAL',
      '--sqlite-pragma',
      `synchronous=${place.ephemeral ? 'OFF' : 'NORMAL'}`,
    ],
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/** Starts the development server with its database file and waits until it answers. */
export async function startTemporal(
  supervisor: Supervisor,
  command: string,
  place: TemporalPlace,
  env: NodeJS.ProcessEnv,
): Promise<ManagedProcess> {
  await mkdir(place.dir, { recursive: true });
  const temporal = await supervisor.run({
    name: 'Temporal',
    command,
    args: temporalArguments(place),
    env,
    cwd: place.dir,
    logPath: place.logPath,
    graceMs: place.ephemeral ? 0 : 10_000,
  });
  // It prints its address only once it has the port: another server's answer there is not taken for its own.
  const probe = async () => {
    if (!temporal.wholeOutput().includes(`:${place.port}`)) return false;
    await greetTemporal(`${LOOPBACK}:${place.port}`, 2_000);
    return true;
  };
  await awaitReady(temporal, probe, READY_WITHIN_MS);
  return temporal;
}

/** One round trip (GetSystemInfo), with credentials where `options` has some: the server's version. Rejects when nobody answers in time. */
export async function greetTemporal(
  address: string,
  timeoutMs: number,
  options: ConnectionOptions = {},
): Promise<string> {
  const connection = await Connection.connect({ ...options, address, connectTimeout: timeoutMs });
  try {
    const info = await connection.workflowService.getSystemInfo({});
    return info.serverVersion ?? 'unknown';
  } finally {
    await connection.close();
  }
}
