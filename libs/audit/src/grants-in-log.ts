import type { Grant } from './evidence/load-records.js';

/** The grants in a log of one ingest: JSON lines with `tenant_id`, `granted` and, as ISO 8601, `at`. */
export function grantsInLog(log: string): Grant[] {
  return log.split('\n').flatMap((line) => {
    if (!line.startsWith('{') || !line.includes('"granted"')) return [];
    const { tenant_id: tenantId, granted, at } = parsed(line);
    return typeof tenantId === 'string' && typeof granted === 'number' && typeof at === 'string'
      ? [{ tenantId, granted, at: Date.parse(at) }]
      : [];
  });
}

/** A process that was killed may have left half a line. */
function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
