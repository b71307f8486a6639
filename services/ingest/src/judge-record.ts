import { createHash } from 'node:crypto';
import {
  type DecodeResult,
  deploymentIdOf,
  fingerprintOf,
  isPriority,
  type NetworkDeploymentRequest,
  type PartialRequest,
  type SourcePosition,
  validateRequest,
} from '@vecino/contracts';
import { isDeploymentId, type Reason, type TraceHeaders } from '@vecino/foundation';
import type { SourceRecord } from '@vecino/messaging';
import { mayReach, type Registry, type Tenant, tenantOf } from '@vecino/tenancy';
import type { GateItem } from '@vecino/workflows';
import type { ProducerIdentity } from './producer-identity.js';

/** What becomes of one record. */
export type Verdict =
  /** For its gate, which may turn it away without a fault of the record's. */
  | { readonly kind: 'accepted'; readonly tenant: Tenant; readonly item: GateItem }
  /** Its tenant is known and hears of it through the gate; the record becomes a dead letter as well. */
  | { readonly kind: 'refused'; readonly tenant: Tenant; readonly item: GateItem; readonly reason: Reason }
  /** Nobody to tell: a dead letter only. */
  | { readonly kind: 'undeliverable'; readonly reason: Reason };

export interface JudgeContext {
  readonly registry: Registry;
  readonly identity: ProducerIdentity;
}

/** `position` is that of `record`; `trace` is what the deployment's spans will name as their parent. Pure. */
export function judgeRecord(
  context: JudgeContext,
  record: SourceRecord,
  position: SourcePosition,
  decoded: DecodeResult,
  trace: TraceHeaders,
): Verdict {
  const tenantId = decoded.ok ? decoded.request.tenant_id : decoded.tenantId;
  const tenant = tenantId === undefined ? undefined : tenantOf(context.registry, tenantId);
  if (!tenant)
    return { kind: 'undeliverable', reason: decoded.ok ? unknownTenant(tenantId) : decoded.reason };

  const unproven = context.identity.refusal(record, tenant.id);
  if (unproven) return { kind: 'undeliverable', reason: unproven };

  const refused = (partial: PartialRequest, reason: Reason): Verdict => {
    return { kind: 'refused', tenant, item: refusedItem(partial, reason, record, position, trace), reason };
  };
  if (!decoded.ok) return refused(decoded.partial ?? {}, decoded.reason);
  const { request } = decoded;
  const reason = refusalOf(request, tenant);
  if (reason) return refused(partOf(request), reason);
  const item = acceptedItem(request, record, position, trace);
  return { kind: 'accepted', tenant, item: tenant.leaving ? { ...item, refusal: draining(tenant) } : item };
}

/** Whether a record names a tenant that the registry does not have. */
export const isUnknownTenant = (registry: Registry, tenantId: string | undefined): boolean =>
  tenantId !== undefined && tenantOf(registry, tenantId) === undefined;

function refusalOf(request: NetworkDeploymentRequest, tenant: Tenant): Reason | undefined {
  const invalid = validateRequest(request);
  if (invalid) return invalid;
  const reach = mayReach(tenant, request.router_ip);
  return reach.allowed ? undefined : reach.reason;
}

function acceptedItem(
  request: NetworkDeploymentRequest,
  record: SourceRecord,
  position: SourcePosition,
  trace: TraceHeaders,
): GateItem {
  return {
    deploymentId: deploymentIdOf(request, position),
    routerId: request.router_id,
    routerIp: request.router_ip,
    softwareVersion: request.software_version,
    priority: isPriority(request.priority) ? request.priority : DEFAULT_PRIORITY,
    ...(request.not_before !== null && { notBefore: request.not_before }),
    ...(request.requested_at !== null && { requestedAt: request.requested_at }),
    ...(request.requested_by !== null && { requestedBy: request.requested_by }),
    ...(request.retry_of !== null && { retryOf: request.retry_of }),
    offset: record.offset,
    timestamp: record.timestamp,
    fingerprint: fingerprintOf(request),
    ...trace,
  };
}

const draining = ({ id }: Tenant): Reason => ({
  code: 'TENANT_DRAINING',
  text: `tenant ${id} is being removed and takes no more requests`,
});

const DEFAULT_PRIORITY = 3;

/** The id that the sender gave, where it is one at all; two records never share an id that we made. */
function refusedItem(
  partial: PartialRequest,
  refusal: Reason,
  record: SourceRecord,
  position: SourcePosition,
  trace: TraceHeaders,
): GateItem {
  const { requestId, routerId = '', routerIp = '', softwareVersion = '' } = partial;
  const request_id = requestId !== undefined && isDeploymentId(requestId) ? requestId : null;
  return {
    deploymentId: deploymentIdOf({ request_id }, position),
    routerId,
    routerIp,
    softwareVersion,
    priority: DEFAULT_PRIORITY,
    offset: record.offset,
    timestamp: record.timestamp,
    fingerprint: fingerprintOfBytes(record.value),
    ...trace,
    refusal,
  };
}

const MAX_TEXT_CHARACTERS = 128;

const partOf = (request: NetworkDeploymentRequest): PartialRequest => ({
  ...(request.request_id !== null && { requestId: request.request_id }),
  routerId: request.router_id.slice(0, MAX_TEXT_CHARACTERS),
  routerIp: request.router_ip.slice(0, MAX_TEXT_CHARACTERS),
  softwareVersion: request.software_version.slice(0, MAX_TEXT_CHARACTERS),
});

const FINGERPRINT_CHARACTERS = 15;

/** Never equal to the fingerprint of a request that could be read. */
const fingerprintOfBytes = (value: Buffer | null): string =>
  `!${createHash('sha256')
    .update(value ?? '')
    .digest('base64url')
    .slice(0, FINGERPRINT_CHARACTERS)}`;

export const unknownTenant = (tenantId: string | undefined): Reason => ({
  code: 'UNKNOWN_TENANT',
  text: `no tenant ${JSON.stringify(tenantId?.slice(0, MAX_TEXT_CHARACTERS))} in the registry`,
});
