import { type DeadLetterRecord, type Fate, type RequestRecord } from '@vecino/audit';
import {
  createRequestDecoder,
  type DecodeResult,
  deploymentIdOf,
  fingerprintOf,
  type RequestDecoder,
  topics,
  validateRequest,
} from '@vecino/contracts';
import { type EpochMs, isDeploymentId } from '@vecino/foundation';
import { describeCluster, type TailRecord } from '@vecino/messaging';
import { deadLetterOf } from '../dlq/dead-letter.js';
import { kafkaOf, type PlatformEnvironment, schemasOf } from '../platform-access.js';
import { scanIfThere } from '../scan-if-there.js';

/** A record of the request topic. */
export interface AskedRecord extends RequestRecord {
  /** Whether it brought its own id. */
  readonly hasOwnId: boolean;
}

export interface Stretch {
  readonly from?: EpochMs;
  readonly to?: EpochMs;
}

/** Undefined: of every tenant. */
export type Wanted = (tenantId: string) => boolean;

/** What lies on the request topic of that stretch of time, records that cannot be read included: nobody's are everybody's. */
export async function* readRequests(env: PlatformEnvironment, stretch: Stretch): AsyncGenerator<AskedRecord> {
  const { clusterId } = await describeCluster(kafkaOf(env));
  const decoder = createRequestDecoder(schemasOf(env));
  const topic = topics(env['VECINO_TOPIC_PREFIX']).requests;
  for await (const record of scanIfThere(env, { topic, ...stretch }))
    yield await askedRecord(record, clusterId, decoder);
}

async function askedRecord(
  record: TailRecord,
  cluster: string,
  decoder: RequestDecoder,
): Promise<AskedRecord> {
  const { partition, offset, timestamp } = record;
  const decoded = await decoder.decode(record);
  const place = `${partition}/${offset}`;
  const asked = partsOf(decoded);
  const request_id =
    asked.requestId !== undefined && isDeploymentId(asked.requestId) ? asked.requestId : null;
  return {
    partition,
    offset,
    timestamp,
    tenantId: asked.tenantId,
    deploymentId: deploymentIdOf({ request_id }, { cluster, ...record }),
    hasOwnId: request_id !== null,
    routerId: asked.routerId,
    routerIp: asked.routerIp,
    softwareVersion: asked.softwareVersion,
    content: decoded.ok ? fingerprintOf(decoded.request) : place,
    digest: place,
    fates: [fateOf(decoded)],
  };
}

/** By what the record holds; what the registry said of its tenant is another question. */
const fateOf = (decoded: DecodeResult): Fate =>
  decoded.ok && validateRequest(decoded.request) === undefined ? 'taken' : 'refused';

function partsOf(decoded: DecodeResult) {
  if (!decoded.ok) {
    const { routerId = '', routerIp = '', softwareVersion = '', requestId } = decoded.partial ?? {};
    return { tenantId: decoded.tenantId ?? '', requestId, routerId, routerIp, softwareVersion };
  }
  const { tenant_id, request_id, router_id, router_ip, software_version } = decoded.request;
  return {
    tenantId: tenant_id,
    requestId: request_id ?? undefined,
    routerId: router_id,
    routerIp: router_ip,
    softwareVersion: software_version,
  };
}

/** What lies on the dead-letter topic since then. */
export async function readDeadLetters(env: PlatformEnvironment, from: EpochMs): Promise<DeadLetterRecord[]> {
  const topic = topics(env['VECINO_TOPIC_PREFIX']).dlq;
  const found: DeadLetterRecord[] = [];
  for await (const record of scanIfThere(env, { topic, from })) {
    const { code, origin } = deadLetterOf(record);
    if (origin === undefined) continue;
    const { partition, offset, timestamp } = record;
    // That the bytes are the same is not looked at here.
    const equal = { key: true, value: true, headers: true };
    found.push({ partition, offset, timestamp, code, original: origin, equal });
  }
  return found;
}
