import { readFileSync } from 'node:fs';
import { formatFaults, parseRegistry, type ParsedRegistry } from '@vecino/tenancy';
import { registryError } from './registry-error.js';

/** @throws VecinoError `REGISTRY_UNREADABLE` with every fault of the file, each with its line */
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
