import { type Reason } from '@vecino/foundation';
import { createAvroCodec } from './avro-codec.js';
import { encodeOrder, type EncodedOrder } from './encode-order.js';
import { type RequestFraming } from './framing.js';
import {
  NETWORK_DEPLOYMENT_REQUEST_SCHEMA as SCHEMA,
  type NetworkDeploymentRequest,
  type NetworkDeploymentRequestInit,
} from './gen/network-deployment-request.js';
import { textField } from './readable-text.js';
import {
  createRecordDecoder,
  type EncodedRecord,
  type RecordDecoderOptions,
  type RecordResult,
} from './record-decoder.js';

export type DecodeResult =
  | { readonly ok: true; readonly request: NetworkDeploymentRequest }
  | {
      readonly ok: false;
      /** MALFORMED, EMPTY_VALUE, OVERSIZE, UNKNOWN_SCHEMA or INVALID_FIELD. */
      readonly reason: Reason;
      /** As the record says it, not yet looked up; cut to 128 characters like all of `partial`. */
      readonly tenantId?: string;
      readonly partial?: PartialRequest;
    };

/** Text that could be read of a refused request, so that its tenant gets an answer. Unchecked. */
export interface PartialRequest {
  readonly requestId?: string;
  readonly routerId?: string;
  readonly routerIp?: string;
  readonly softwareVersion?: string;
}

export interface RequestDecoder {
  /**
   * Reads the record's bytes; `validateRequest` judges what they say. In the same tick but for the first record of a schema id.
   * Never throws for what a record holds; the promise fails with a `RegistryError` while the registry is away.
   */
  decode(record: EncodedRecord): DecodeResult | Promise<DecodeResult>;
}

export const requestCodec = createAvroCodec<NetworkDeploymentRequest, NetworkDeploymentRequestInit>(SCHEMA);

export function createRequestDecoder(options: RecordDecoderOptions = {}): RequestDecoder {
  const decodeRecord = createRecordDecoder(SCHEMA, requestCodec, options);
  return {
    decode(record) {
      const result = decodeRecord(record);
      return result instanceof Promise ? result.then(decodeResultOf) : decodeResultOf(result);
    },
  };
}

/** Writes a request for `deployment-requests`; fields with a default may be left out. */
export const encodeRequest = (request: NetworkDeploymentRequestInit, framing: RequestFraming): EncodedOrder =>
  encodeOrder(requestCodec, request, framing);

function decodeResultOf(result: RecordResult<NetworkDeploymentRequest>): DecodeResult {
  if (result.ok) return { ok: true, request: result.value };
  const { reason, readable } = result;
  return {
    ok: false,
    reason,
    ...textField('tenantId', readable.tenant_id),
    partial: {
      ...textField('requestId', readable.request_id),
      ...textField('routerId', readable.router_id),
      ...textField('routerIp', readable.router_ip),
      ...textField('softwareVersion', readable.software_version),
    },
  };
}
