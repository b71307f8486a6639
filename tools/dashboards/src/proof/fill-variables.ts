/** What stands for Grafana's variables. */
export interface Filling {
  readonly tenant: string;
  /** A duration of PromQL: the shown time, and what Grafana takes rates over. */
  readonly range: string;
  readonly rateInterval: string;
}

/** A query as Grafana sends it. @throws Error where it has a variable that nobody knows. */
export function fillVariables(expr: string, { tenant, range, rateInterval }: Filling): string {
  const filled = expr
    .replaceAll('$__range', range)
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll('$tenant', tenant);
  if (filled.includes('$')) throw new Error(`a variable is left: ${filled}`);
  return filled;
}
