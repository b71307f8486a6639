import { readFileSync } from 'node:fs';
import { VecinoError } from '@vecino/foundation';
import { formatFaults, parseRegistry, type Registry } from '@vecino/tenancy';

/** @throws VecinoError TENANTS_INVALID that lists every fault with its line. */
export function readRegistry(file: string): Registry {
  const parsed = parseRegistry(readFileSync(file, 'utf8'), { source: file });
  if (parsed.ok) return parsed.registry;
  throw new VecinoError(
    'TENANTS_INVALID',
    `the tenant registry is not valid:\n${formatFaults(file, parsed.faults)}`,
    {
      disposition: 'terminal',
    },
  );
}
