import { setTimeout as sleep } from 'node:timers/promises';
import {
  createRequestDecoder,
  createStatusCodec,
  deploymentIdOf,
  type NetworkDeploymentStatus,
  topics,
} from '@vecino/contracts';
import { type EpochMs } from '@vecino/foundation';
import { describeCluster } from '@vecino/messaging';
import { type Route, type Tenant } from '@vecino/tenancy';
import { kafkaOf, type PlatformEnvironment, schemasOf } from '../platform-access.js';
import { scanIfThere } from '../scan-if-there.js';
import { type GateLooks } from '../tenants/gate-looks.js';
import { type MoveEvidence, type SeenRequest } from './prove-move.js';

export interface EvidenceOptions {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Every route that the tenant was on meanwhile. */
  readonly routes: readonly Route[];
}

/** What came last may not have been told of yet, and lists of workflows lag behind. */
const SETTLES_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

/** Reads what topics and histories say of the tenant's work, until each request of the time has left a trace, or for 30 s. */
export async function readEvidence(
  env: PlatformEnvironment,
  looks: GateLooks,
  { id }: Pick<Tenant, 'id'>,
  { from, to, routes }: EvidenceOptions,
): Promise<MoveEvidence> {
  const requests = await readRequests(env, id, from, to);
  const deadline = Date.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const statuses = await readStatuses(env, id, from);
    const places = new Map(routes.map((route) => [looks.namespace({ id, route }), { id, route }]));
    const runs = (
      await Promise.all([...places.values()].map((place) => looks.runsSince(place, from)))
    ).flat();
    const known = new Set([
      ...statuses.map((status) => status.deployment_id),
      ...runs.map((run) => run.deploymentId),
    ]);
    const isWhole = requests.every(({ deploymentId }) => known.has(deploymentId));
    if (isWhole || Date.now() > deadline) return { from, to, requests, statuses, runs };
    await sleep(LOOK_EVERY_MS);
  }
}

async function readRequests(
  env: PlatformEnvironment,
  tenantId: string,
  from: EpochMs,
  to: EpochMs,
): Promise<SeenRequest[]> {
  const { clusterId: cluster } = await describeCluster(kafkaOf(env));
  const decoder = createRequestDecoder(schemasOf(env));
  const found: SeenRequest[] = [];
  for await (const record of scanIfThere(env, {
    topic: topics(env['VECINO_TOPIC_PREFIX']).requests,
    from,
    to,
  })) {
    const decoded = await decoder.decode(record);
    if (!decoded.ok || decoded.request.tenant_id !== tenantId) continue;
    const { partition, offset } = record;
    const deploymentId = deploymentIdOf(decoded.request, { cluster, ...record });
    found.push({ deploymentId, routerId: decoded.request.router_id, partition, offset });
  }
  return found;
}

async function readStatuses(
  env: PlatformEnvironment,
  tenantId: string,
  from: EpochMs,
): Promise<NetworkDeploymentStatus[]> {
  const codec = createStatusCodec(schemasOf(env));
  const found: NetworkDeploymentStatus[] = [];
  const topic = topics(env['VECINO_TOPIC_PREFIX']).status(tenantId);
  for await (const { value, headers } of scanIfThere(env, { topic, from }))
    found.push(await codec.decode(value, headers));
  return found;
}
