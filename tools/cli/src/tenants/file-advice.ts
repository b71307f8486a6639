import { ENTRY_KEYS, type FileFault, formatFaults } from '@vecino/tenancy';
import { nearMisses } from './near-misses.js';

const FILE_KEYS = ['revision', 'lab', 'platform_networks', 'upgrade', 'images', 'tenants', 'id'];

/** A fault of a registry file, with its line and, for a misspelt key, what may have been meant. */
export function adviseOnFile(path: string, fault: FileFault): string {
  const text = formatFaults(path, [fault]);
  if (!fault.reason.endsWith('is not a known key')) return text;
  const key = fault.path.split('.').at(-1) ?? '';
  const known = [...FILE_KEYS, ...ENTRY_KEYS.flatMap((one) => one.split('.'))];
  const near = nearMisses(key, new Set(known));
  return near.length === 0 ? text : `${text}: did you mean ${near.join(' or ')}?`;
}
