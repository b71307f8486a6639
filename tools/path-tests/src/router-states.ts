import { type RouterSnapshot } from '@vecino/router-simulator';
import { type PathPlatform } from './path-platform.js';

/** Every router as it is at this moment. */
export async function routerStates({ platform }: PathPlatform): Promise<RouterSnapshot[]> {
  const answer = await fetch(`${platform.env['VECINO_SIMULATOR_URL'] ?? ''}/routers`);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as RouterSnapshot[];
}
