import type { DeviceChange } from '@vecino/upgrade';
import type { ChangeSample } from '@vecino/workflows';

/** How many changes, and how many bytes of them as JSON, travel with a result. */
export const SAMPLED_CHANGES = 50;
export const SAMPLED_BYTES = 64 * 1024;

/** What fits into a workflow's history of a list that may be as long as a router is large. */
export function sampleOf(changes: readonly DeviceChange[]): ChangeSample {
  const first: DeviceChange[] = [];
  let bytes = 0;
  for (const change of changes.slice(0, SAMPLED_CHANGES)) {
    bytes += Buffer.byteLength(JSON.stringify(change));
    if (bytes > SAMPLED_BYTES) break;
    first.push(change);
  }
  return { count: changes.length, first };
}
