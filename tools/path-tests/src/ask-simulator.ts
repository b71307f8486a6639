import { type FaultSettings } from '@vecino/router-simulator';
import { type PathPlatform } from './path-platform.js';

/** Asks the simulator of the platform's routers, as whoever stands before them would do things to them. Rejects where it refuses. */
export async function askSimulator<T>(
  { platform }: Pick<PathPlatform, 'platform'>,
  method: 'GET' | 'POST',
  where: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${platform.env['VECINO_SIMULATOR_URL'] ?? ''}${where}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${where}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** From now on the router has this fault. */
export const misbehave = (
  path: Pick<PathPlatform, 'platform'>,
  routerId: string,
  fault: FaultSettings,
): Promise<unknown> => askSimulator(path, 'POST', `/routers/${routerId}/faults`, fault);
