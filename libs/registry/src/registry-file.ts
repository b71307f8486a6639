import { readFileSync } from 'node:fs';
import { formatFaults, parseRegistry, type ParsedRegistry } from '@vecino/tenancy';
import { registryError } from './registry-error.js';

/** Throws a VecinoError `REGISTRY_UNREADABLE` with every fault of the file. */
export function readRegistryFile(path: string): Extract<ParsedRegistry, { ok: true }> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw registryError('REGISTRY_UNREADABLE', `cannot read the registry file ${path}`, cause);
  }
  const parsed = parseRegistry(text, { source: path });
  if (!parsed.ok) throw registryError('REGISTRY_UNREADABLE', formatFaults(path, parsed.faults));
  return parsed;
}
