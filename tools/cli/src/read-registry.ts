import { readFileSync } from 'node:fs';
import { VecinoError } from '@vecino/foundation';
import {
  formatFaults,
  type Missing,
  type ParsedRegistry,
  parseRegistry,
  type Registry,
  type RegistryEdit,
} from '@vecino/tenancy';

export type RegistryFile = Extract<ParsedRegistry, { readonly ok: true }>;

/** @throws VecinoError TENANTS_INVALID that lists every fault with its line. */
export function readRegistryFile(file: string): RegistryFile {
  const parsed = parseRegistry(readFileSync(file, 'utf8'), { source: file });
  if (parsed.ok) return parsed;
  throw new VecinoError(
    'TENANTS_INVALID',
    `the tenant registry is not valid:\n${formatFaults(file, parsed.faults)}`,
    { disposition: 'terminal' },
  );
}

/** The tenants of a file. @throws VecinoError TENANTS_INVALID */
export const readRegistry = (file: string): Registry => readRegistryFile(file).registry;

/** The order that makes the registry what a file says. */
export const applyOf = (
  { registry, saysPlatformNetworks }: RegistryFile,
  missing: Missing,
): RegistryEdit => ({ kind: 'apply', file: registry, saysPlatformNetworks, missing });
