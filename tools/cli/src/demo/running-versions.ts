import { type RouterSnapshot } from '@vecino/router-simulator';

const ANSWER_WITHIN_MS = 5_000;

/** What the simulated routers run now, by router id. Empty where there is no simulator to ask. */
export async function runningVersions(
  simulatorUrl: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  if (!simulatorUrl) return new Map();
  const answer = await fetch(`${simulatorUrl}/routers`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const routers = (await answer.json()) as readonly RouterSnapshot[];
  return new Map(routers.map(({ routerId, runningVersion }) => [routerId, runningVersion]));
}
