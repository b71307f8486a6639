import {
  encodeRequest,
  type NetworkDeploymentRequestInit,
  SINGLE_OBJECT,
  JSON_CONTENT_TYPE,
} from '@vecino/contracts';
import type { Poison, PoisonContext } from './poison-class.js';
import { header, type RawHeader, type RawRecord } from './wire/raw-record.js';

/** A good request of the context, but for what is said otherwise. Each of its ids has the canary. */
export const requestOf = (
  { canary, tenantId, ipv4 }: PoisonContext,
  more: Partial<NetworkDeploymentRequestInit> = {},
): NetworkDeploymentRequestInit & { readonly request_id: string | null } => ({
  tenant_id: tenantId,
  router_id: `r-${canary}`,
  router_ip: ipv4,
  software_version: '2.0.0',
  request_id: `d-${canary}`,
  ...more,
});

export const keyOf = ({ canary }: PoisonContext): Buffer => Buffer.from(`r-${canary}`);

export const AVRO_HEADERS: readonly RawHeader[] = [header('content-type', 'application/avro')];
export const JSON_HEADERS: readonly RawHeader[] = [header('content-type', JSON_CONTENT_TYPE)];

/** The value that the request has in Avro's single-object encoding. */
export const avroValue = (request: NetworkDeploymentRequestInit): Buffer =>
  encodeRequest(request, SINGLE_OBJECT).value;

/** A good record, but for what `more` says of the request. */
export function avro(context: PoisonContext, more: Partial<NetworkDeploymentRequestInit> = {}): Poison {
  const request = requestOf(context, more);
  return withId(recordOf(context, avroValue(request), AVRO_HEADERS), request.request_id);
}

/** The same where the request itself is fit for nothing but JSON; `id` as far as it counts. */
export const json = (context: PoisonContext, content: unknown, id: string | null = null): Poison =>
  withId(recordOf(context, Buffer.from(JSON.stringify(content)), JSON_HEADERS), id);

/** A record whose value says what it is by itself. */
export const valueOnly = (
  context: PoisonContext,
  value: Buffer | null,
  headers: readonly RawHeader[] = AVRO_HEADERS,
): Poison => ({ record: recordOf(context, value, headers) });

/** With the canary in a header too, for values that can't hold one. */
export const recordOf = (
  context: PoisonContext,
  value: Buffer | null,
  headers: readonly RawHeader[],
): RawRecord => ({ key: keyOf(context), value, headers: [...headers, header('x-canary', context.canary)] });

/** A request whose id breaks the grammar gets one from where it lies. */
export const withId = (record: RawRecord, id: string | null): Poison =>
  id === null ? { record } : { record, deploymentId: id };

export const withHeaders = (poison: Poison, more: readonly RawHeader[]): Poison => ({
  ...poison,
  record: { ...poison.record, headers: [...poison.record.headers, ...more] },
});
