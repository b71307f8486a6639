import { readFileSync } from 'node:fs';
import { formatFaults, parseRegistry, type Registry } from '@vecino/tenancy';
import { WorkerFault } from './worker-fault.js';

/** @throws WorkerFault `REGISTRY_UNREADABLE` with every fault of the file */
export function readRegistry(path: string): Registry {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new WorkerFault('REGISTRY_UNREADABLE', `VECINO_TENANTS_FILE: cannot read ${path}`, cause);
  }
  const parsed = parseRegistry(text, { source: path });
  if (!parsed.ok) throw new WorkerFault('REGISTRY_UNREADABLE', formatFaults(path, parsed.faults));
  return parsed.registry;
}
