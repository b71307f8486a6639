import type { RouterSnapshot } from '@vecino/router-simulator';

/** What is half done on a router that is said to be in a known state (I14); empty where nothing is. */
export function routerEndsWell(router: RouterSnapshot, versions: readonly string[]): string[] {
  const complaints: string[] = [];
  if (!versions.includes(router.runningVersion)) complaints.push(`runs ${router.runningVersion}`);
  if (router.nextBootVersion !== router.runningVersion)
    complaints.push(`will boot ${router.nextBootVersion}`);
  if (router.installing) complaints.push('an Install is running');
  if (router.rebootPending) complaints.push('a reboot is pending');
  return complaints;
}
