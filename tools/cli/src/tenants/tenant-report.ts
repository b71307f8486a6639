import { namespaceOf, type Registry, taskQueueOf, type Tenant } from '@vecino/tenancy';
import { type GateStanding } from '@vecino/temporal';
import { type TenantValue, valuesOf, valueText } from './tenant-values.js';

/** In one word or two, whether a tenant's work goes on. */
export function tenantState({
  paused,
  leaving,
  moving,
}: Pick<Tenant, 'paused' | 'leaving' | 'moving'>): string {
  const states = [
    ...(leaving === undefined ? [] : [`leaving (${leaving})`]),
    ...(moving === undefined ? [] : [`moving to ${moving.to}`]),
    ...(paused ? ['paused'] : []),
  ];
  return states.length === 0 ? 'active' : states.join(', ');
}

export const TENANT_KEYS = {
  id: 'its id',
  revision: 'of its entry',
  paused: 'whether it is',
  leaving: '`drain` or `cancel` while it is being removed, else null',
  moving: 'while it moves to another namespace: `to` and `epoch`, else null',
  route: '`pooled`, `queue`, `dedicated` or `namespace`',
  task_queue: 'where its work waits for workers',
  temporal_namespace: 'where its workflows are',
  values: 'every key of the registry: `value`, and `from` (`own`, `tier` or `platform`)',
};

/** A tenant as `--output json` prints it; `values` says of each where it comes from. */
export const tenantReport = (registry: Registry, tenant: Tenant, sharedNamespace: string) => ({
  id: tenant.id,
  revision: tenant.revision,
  paused: tenant.paused,
  leaving: tenant.leaving ?? null,
  moving: tenant.moving ?? null,
  route: tenant.route,
  task_queue: taskQueueOf(tenant),
  temporal_namespace: namespaceOf(tenant, sharedNamespace),
  values: Object.fromEntries(rowsOf(registry, tenant).map(({ key, value, from }) => [key, { value, from }])),
});

const rowsOf = (registry: Registry, tenant: Tenant): readonly TenantValue[] => {
  const entry = registry.entries.get(tenant.id);
  return entry === undefined ? [] : valuesOf(tenant, entry);
};

/** What the gate says, as `--output json` prints it. */
export function gateReport(standing: GateStanding, tenant: Tenant) {
  const report = standing.kind === 'open' ? standing.report : undefined;
  return {
    state: standing.kind === 'open' && report === undefined ? 'silent' : standing.kind,
    task_queue: standing.kind === 'open' ? standing.taskQueue : null,
    running: report?.running ?? null,
    cap: report?.cap ?? tenant.limits.maxConcurrentWorkflows,
    queued: report?.queued ?? null,
    queue_limit: report?.queueLimit ?? tenant.limits.queue,
    quarantined_routers: report?.quarantined ?? null,
    to_publish: report?.toPublish ?? null,
    revision: report?.revision ?? null,
    stand_still: report?.standStill ?? null,
    moving: report?.moving ?? null,
  };
}

/** The same for people. */
export function gateText(standing: GateStanding): string {
  switch (standing.kind) {
    case 'none':
      return 'there is none: nothing was requested yet';
    case 'completed':
      return standing.result.kind === 'retired' ? 'it has retired' : 'it has moved to another namespace';
    case 'ended':
      return `it has ended (${standing.status}); the status-projector starts it again`;
    case 'open': {
      const { report } = standing;
      if (report === undefined)
        return `it is open and nobody answers for it: its queue ${standing.taskQueue} may not be served while it has nothing to do`;
      return [
        `running ${report.running} of ${report.cap}, queued ${report.queued} of ${report.queueLimit}`,
        ...(report.quarantined > 0 ? [`${report.quarantined} routers locked`] : []),
        ...(report.toPublish > 0 ? [`${report.toPublish} statuses to publish`] : []),
        ...(report.standStill === undefined ? [] : [`nothing starts: ${report.standStill.text}`]),
        ...(report.moving === undefined
          ? []
          : [report.moving.drained ? 'drained, to move' : 'draining, to move']),
      ].join('; ');
    }
  }
}

/** A tenant for people: each value with where it comes from. */
export function tenantText(registry: Registry, tenant: Tenant, sharedNamespace: string): string {
  const lines: [string, string][] = [
    ['tenant', tenant.id],
    ['state', tenantState(tenant)],
    ['revision', String(tenant.revision)],
    ['task queue', taskQueueOf(tenant)],
    ['namespace', namespaceOf(tenant, sharedNamespace)],
  ];
  const values = rowsOf(registry, tenant).map(({ key, value, from }): [string, string] => [
    key,
    `${valueText(value)}${from === 'own' ? '' : `  (${from})`}`,
  ]);
  const width = Math.max(...[...lines, ...values].map(([name]) => name.length)) + 2;
  return [...lines, ...values].map(([name, text]) => `${name.padEnd(width)}${text}`).join('\n');
}
