import { type Route, type Tenant, tenantOf } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';
import { type Producer } from 'kafkajs';
import { sendRequests } from '../send-requests.js';
import { SLOW_ROUTER, VERSIONS } from './move-load.js';
import { type SentRequest } from '../sent-request.js';
import { type StatusWatch } from './status-watch.js';
import { routerOf, type TenantPlan } from './tenant-plan.js';
import { type TenantPlatform } from './tenant-platform.js';

export const MOVER: TenantPlan = { id: 'mover', route: 'queue', cap: 10, routers: SLOW_ROUTER };

/** The tenant as the registry has it at this moment. */
export function moverOf({ path: { platform } }: TenantPlatform): Tenant {
  const tenant = tenantOf(platform.registry, MOVER.id);
  if (tenant === undefined) throw new Error(`the registry has no ${MOVER.id}`);
  return tenant;
}

/** Which process serves it on that route. */
export const workerOn = (route: Route): string =>
  route === 'pooled' || route === 'queue' ? 'worker-shared' : `worker-dedicated-${MOVER.id}`;

const HOLD_MS = 10_000;

/** An upgrade that holds a slot for a while, so that a move into another namespace cannot be decided at once. Gives it back when it runs. */
export async function holdOneUpgrade(
  platform: TenantPlatform,
  producer: Producer,
  watch: StatusWatch,
  turn: number,
): Promise<SentRequest> {
  const request: SentRequest = {
    ...routerOf(platform.tenants, MOVER.id, SLOW_ROUTER),
    deploymentId: `slow-${turn}`,
    softwareVersion: VERSIONS[turn % VERSIONS.length] ?? VERSIONS[0],
    mayEnd: ['UPGRADED'],
    sentAt: Date.now(),
  };
  const url = platform.path.platform.env['VECINO_SIMULATOR_URL'];
  const answer = await fetch(`${url}/routers/${request.routerId}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'slow-call', rpc: 'Activate', ms: HOLD_MS }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  await sendRequests(producer, [request]);
  await waitFor(
    () => watch.statuses.some((one) => one.deployment_id === request.deploymentId && one.state === 'STAGED'),
    { what: 'an upgrade that takes its time', timeoutMs: 240_000, everyMs: 200 },
  );
  return request;
}
