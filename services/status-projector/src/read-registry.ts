import { readFileSync } from 'node:fs';
import { VecinoError } from '@vecino/foundation';
import { formatFaults, parseRegistry, type Registry } from '@vecino/tenancy';

/** Throws a VecinoError `REGISTRY_UNREADABLE` with every fault of the file. */
export function readRegistry(path: string): Registry {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(`VECINO_TENANTS_FILE: cannot read ${path}`, cause);
  }
  const parsed = parseRegistry(text, { source: path });
  if (!parsed.ok) throw unreadable(formatFaults(path, parsed.faults));
  return parsed.registry;
}

const unreadable = (message: string, cause?: unknown): VecinoError =>
  new VecinoError('REGISTRY_UNREADABLE', message, { disposition: 'terminal', cause });
