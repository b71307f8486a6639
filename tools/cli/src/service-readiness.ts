import { errorText } from '@vecino/foundation';
import { type Readiness } from '@vecino/lifecycle';

/** Why the service is not ready, in its own words; undefined where it is. Never rejects: one that does not answer is not ready. */
export async function whyUnready(healthAddress: string, withinMs: number): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(withinMs);
    const response = await fetch(`http://${healthAddress}/readyz`, { signal });
    const readiness = (await response.json()) as Readiness;
    return response.ok ? undefined : wordsOf(readiness);
  } catch (error) {
    return `no answer from ${healthAddress}: ${errorText(error)}`;
  }
}

function wordsOf({ phase, checks }: Readiness): string {
  const failed = checks.filter(({ state }) => state === 'failed').map(({ name, why }) => `${name}: ${why}`);
  return [...(phase === 'running' ? [] : [phase]), ...failed].join('; ');
}
