import { halfDoneOn } from '@vecino/audit';
import type { RouterSnapshot } from '@vecino/router-simulator';

/** What is half done on a router that is said to be in a known state (I14); empty where nothing is. */
export function routerEndsWell(router: RouterSnapshot, versions: readonly string[]): string[] {
  const complaints: string[] = [];
  if (!versions.includes(router.runningVersion)) complaints.push(`runs ${router.runningVersion}`);
  const halfDone = halfDoneOn(router);
  if (halfDone !== undefined) complaints.push(halfDone);
  return complaints;
}
