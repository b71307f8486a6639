import { namespaceOf, type Tenant, taskQueueOf } from '@vecino/tenancy';

const HEADINGS = ['tenant', 'tier', 'route', 'task queue', 'namespace', 'workflows', 'activities'];

/** The tenants that a worker serves, for a person at a terminal. */
export function tenantTable(tenants: readonly Tenant[], sharedNamespace: string): string {
  const rows = tenants.map((tenant) => [
    tenant.id,
    tenant.tier,
    tenant.route,
    taskQueueOf(tenant),
    namespaceOf(tenant, sharedNamespace),
    `≤ ${tenant.limits.maxConcurrentWorkflows}`,
    `≤ ${tenant.limits.maxConcurrentActivities}`,
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [HEADINGS, widths.map((width) => '─'.repeat(width)), ...rows]
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
