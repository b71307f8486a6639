import { type Violations } from '../judge.js';

/** A time in which something was broken, and the tenants whose requests that may hold up. */
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

export interface Patience {
  /** For a tenant that what is broken does not concern. */
  readonly unconcernedMs: number;
  /** For one that it does: it waits until others have taken over. */
  readonly concernedMs: number;
}

/**
 * Whatever breaks, tenants go on: what they send meanwhile ends within the time given. A tenant that sent nothing meanwhile shows
 * nothing, which is a violation too.
 */
export const tenantsGoOn = (
  disturbances: readonly Disturbance[],
  tenants: readonly string[],
  requests: readonly Answered[],
  { unconcernedMs, concernedMs }: Patience,
): Violations =>
  disturbances.flatMap((disturbance) =>
    tenants.flatMap((tenantId) => {
      const { what, concerns } = disturbance;
      const meanwhile = sentMeanwhile(disturbance, tenantId, requests);
      if (meanwhile.length === 0) return [`${tenantId} sent nothing during ${what}`];
      const within = concerns.includes(tenantId) ? concernedMs : unconcernedMs;
      return meanwhile.flatMap(({ deploymentId, sentAt, endedAt = Infinity }) =>
        endedAt - sentAt > within
          ? [`${tenantId}: ${deploymentId}, sent during ${what}, ended after ${endedAt - sentAt} ms`]
          : [],
      );
    }),
  );

/** The longest that an answer took which was asked for meanwhile, in milliseconds. */
export const longestAnswer = (
  disturbance: Disturbance,
  tenants: readonly string[],
  requests: readonly Answered[],
): number =>
  Math.max(
    0,
    ...tenants
      .flatMap((tenantId) => sentMeanwhile(disturbance, tenantId, requests))
      .map(({ sentAt, endedAt = Infinity }) => endedAt - sentAt),
  );

const sentMeanwhile = (
  { from, to }: Disturbance,
  tenantId: string,
  requests: readonly Answered[],
): readonly Answered[] =>
  requests.filter(
    (request) => request.tenantId === tenantId && from <= request.sentAt && request.sentAt <= to,
  );
