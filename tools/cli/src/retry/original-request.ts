import {
  createRequestDecoder,
  deploymentIdOf,
  isPriority,
  type NetworkDeploymentRequest,
  topics,
} from '@vecino/contracts';
import { type EpochMs } from '@vecino/foundation';
import { describeCluster, scanTopic } from '@vecino/messaging';
import { deadLetterOf } from '../dlq/dead-letter.js';
import { createLetterReader } from '../dlq/letter-content.js';
import { kafkaOf, type PlatformEnvironment, schemasOf } from '../platform-access.js';
import { type PastDeployment } from './past-deployment.js';

/** What a deployment was asked for. */
export interface OriginalRequest {
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
  /** Undefined where nothing says it any more. */
  readonly priority: number | undefined;
  /** Where it was found. */
  readonly foundIn: 'workflow' | 'request topic' | 'dead letters';
}

interface Wanted {
  readonly tenantId: string;
  readonly deploymentId: string;
}

/** Further and further back from when it was first heard of: most requests are taken within seconds, some wait for hours. */
const LOOK_BACK_MS = [5 * 60_000, 60 * 60_000, 12 * 60 * 60_000, 7 * 24 * 60 * 60_000];
const CLOCK_MARGIN_MS = 60_000;

/**
 * What the deployment was asked for: from its workflow, which lacks the priority, and from its record on the request
 * topic; where that is gone or was never executed, from its dead letter. Undefined where nothing is left that can be read.
 */
export async function findOriginalRequest(
  env: PlatformEnvironment,
  wanted: Wanted,
  past: PastDeployment,
  now: EpochMs,
): Promise<OriginalRequest | undefined> {
  const input = past.run?.input;
  const priority = priorityOf(input);
  if (input !== undefined && priority !== undefined)
    return { ...partsOf(input), priority, foundIn: 'workflow' };
  const knownAt = past.firstToldAt ?? past.run?.startedAt ?? now;
  const record = await findOnRequestTopic(env, wanted, knownAt);
  if (record !== undefined && (input === undefined || record.router_id === input.routerId))
    return { ...requestParts(record), foundIn: 'request topic' };
  if (input !== undefined) return { ...partsOf(input), priority, foundIn: 'workflow' };
  const letter = await findAmongDeadLetters(env, wanted);
  return letter && { ...requestParts(letter), foundIn: 'dead letters' };
}

async function findOnRequestTopic(
  env: PlatformEnvironment,
  { tenantId, deploymentId }: Wanted,
  knownAt: EpochMs,
): Promise<NetworkDeploymentRequest | undefined> {
  const topic = topics(env['VECINO_TOPIC_PREFIX']).requests;
  const client = kafkaOf(env);
  const { clusterId: cluster } = await describeCluster(client);
  const decoder = createRequestDecoder(schemasOf(env));
  let to = knownAt + CLOCK_MARGIN_MS;
  for (const back of LOOK_BACK_MS) {
    const from = knownAt - back;
    for await (const record of scanTopic(client, { topic, from, to })) {
      const decoded = await decoder.decode(record);
      if (!decoded.ok || decoded.request.tenant_id !== tenantId) continue;
      // The first with the id: a later one that asks for something else was refused as ID_REUSED.
      if (deploymentIdOf(decoded.request, { cluster, ...record }) === deploymentId) return decoded.request;
    }
    to = from;
  }
  return undefined;
}

async function findAmongDeadLetters(
  env: PlatformEnvironment,
  { tenantId, deploymentId }: Wanted,
): Promise<NetworkDeploymentRequest | undefined> {
  const prefix = env['VECINO_TOPIC_PREFIX'] ?? '';
  const client = kafkaOf(env);
  const { clusterId: cluster } = await describeCluster(client);
  const readContent = createLetterReader(prefix, schemasOf(env));
  for await (const record of scanTopic(client, { topic: topics(prefix).dlq })) {
    const letter = deadLetterOf(record);
    if (letter.origin === undefined || letter.code === 'ID_REUSED') continue;
    const content = await readContent(letter);
    if (content.kind !== 'request' || content.request.tenant_id !== tenantId) continue;
    if (deploymentIdOf(content.request, { cluster, ...letter.origin }) === deploymentId)
      return content.request;
  }
  return undefined;
}

const partsOf = ({
  routerId,
  routerIp,
  softwareVersion,
}: Pick<OriginalRequest, 'routerId' | 'routerIp' | 'softwareVersion'>) => ({
  routerId,
  routerIp,
  softwareVersion,
});

const requestParts = (request: NetworkDeploymentRequest) => ({
  routerId: request.router_id,
  routerIp: request.router_ip,
  softwareVersion: request.software_version,
  priority: request.priority,
});

/** Releases differ in whether a deployment is told its priority. */
function priorityOf(input: object | undefined): number | undefined {
  const { priority } = (input ?? {}) as { readonly priority?: unknown };
  return typeof priority === 'number' && isPriority(priority) ? priority : undefined;
}
