import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process holds outside of its heap, in bytes; from `limit` on without what is only garbage. */
export function externalBytes(limit: number): number {
  const { external } = process.memoryUsage();
  if (external < limit) return external;
  collectGarbage();
  return process.memoryUsage().external;
}

/** The first collection may give back in the background; the second waits for that. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
}
