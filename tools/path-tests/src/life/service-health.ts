import { type Liveness, type Readiness } from '@vecino/lifecycle';

/** What a service answers when it is asked how it is. */
export interface ServiceHealth {
  readonly alive: Liveness & { readonly status: number };
  readonly readiness: Readiness & { readonly status: number };
}

export async function healthAt(address: string): Promise<ServiceHealth> {
  const [alive, readiness] = await Promise.all([ask(address, '/livez'), ask(address, '/readyz')]);
  return { alive: alive as ServiceHealth['alive'], readiness: readiness as ServiceHealth['readiness'] };
}

async function ask(address: string, path: string): Promise<object> {
  const response = await fetch(`http://${address}${path}`);
  return { ...((await response.json()) as object), status: response.status };
}

/** Names of the checks that make it unready. */
export const failedOf = ({ readiness }: ServiceHealth): string[] =>
  readiness.checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
