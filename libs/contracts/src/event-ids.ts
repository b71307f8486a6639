import { hash } from 'node:crypto';
import { type DeploymentState, type EpochMs } from '@vecino/foundation';
import { v5 as uuidv5 } from 'uuid';
import { type NetworkDeploymentRequest } from './gen/network-deployment-request.js';

/** Where a record lies: with the timestamp, unique even when a topic was deleted and made again. */
export interface SourcePosition {
  /** Kafka's cluster id. */
  readonly cluster: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number | string;
  readonly timestamp: EpochMs | string;
}

/** Namespace of Vecino's UUIDv5 (RFC 9562, section 5.5); never to be changed: ids made before and after must agree. */
const NAMESPACE = '1ae7a0bf-473d-4067-b2d6-844674a7d6ef';

/** The request's own id, or one made from the record's position, so that reading the record again gives the same. */
export function deploymentIdOf(
  request: { readonly request_id?: string | null },
  { cluster, topic, partition, offset, timestamp }: SourcePosition,
): string {
  return request.request_id ?? uuidv5(`${cluster}/${topic}/${partition}/${offset}/${timestamp}`, NAMESPACE);
}

/** `event_id` of a status: the same however often it is published. `state` where two states may share a sequence. */
export function statusEventId(
  tenantId: string,
  deploymentId: string,
  sequence: number,
  state?: DeploymentState,
): string {
  return uuidv5(
    `status/${tenantId}/${deploymentId}/${sequence}${state === undefined ? '' : `/${state}`}`,
    NAMESPACE,
  );
}

const FINGERPRINT_CHARACTERS = 16;

/** Digest of what a request asks for (96 bits of SHA-256, base64url): equal for a repeated request, another for a reused id. */
export function fingerprintOf(request: NetworkDeploymentRequest): string {
  const { tenant_id, router_id, router_ip, software_version, priority, not_before } = request;
  const content = JSON.stringify([tenant_id, router_id, router_ip, software_version, priority, not_before]);
  return hash('sha256', content, 'base64url').slice(0, FINGERPRINT_CHARACTERS);
}
