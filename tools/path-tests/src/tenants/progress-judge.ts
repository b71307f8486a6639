import { type Violations } from '../judge.js';

/** A time in which something was broken, and the tenants whom that concerned. */
export interface Disturbance {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly concerns: readonly string[];
}

/** A request that was answered, or was not. Times in milliseconds since the Unix epoch. */
export interface Answered {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly sentAt: number;
  /** When its terminal was on its topic. */
  readonly endedAt?: number;
}

/**
 * Whatever breaks, tenants whom it does not concern go on: what they send meanwhile ends within the time given. A tenant that sent
 * nothing meanwhile shows nothing, which is a violation too.
 */
export function unconcernedGoOn(
  disturbances: readonly Disturbance[],
  tenants: readonly string[],
  requests: readonly Answered[],
  withinMs: number,
): Violations {
  return disturbances.flatMap(({ what, from, to, concerns }) =>
    tenants
      .filter((tenantId) => !concerns.includes(tenantId))
      .flatMap((tenantId) => {
        const meanwhile = requests.filter(
          (request) => request.tenantId === tenantId && from <= request.sentAt && request.sentAt <= to,
        );
        if (meanwhile.length === 0) return [`${tenantId} sent nothing during ${what}`];
        return meanwhile.flatMap(({ deploymentId, sentAt, endedAt = Infinity }) =>
          endedAt - sentAt > withinMs
            ? [`${tenantId}: ${deploymentId}, sent during ${what}, ended after ${endedAt - sentAt} ms`]
            : [],
        );
      }),
  );
}
