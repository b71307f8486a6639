import { type TraceHeaders, VecinoError } from '@vecino/foundation';
import { createAvroCodec } from './avro-codec.js';
import { cloudEventHeaders, EVENT_TYPES, type CloudEventHeaders } from './cloud-event-headers.js';
import { framed, SINGLE_OBJECT, type Framing } from './framing.js';
import {
  NETWORK_DEPLOYMENT_STATUS_SCHEMA as SCHEMA,
  type NetworkDeploymentStatus,
  type NetworkDeploymentStatusInit,
} from './gen/network-deployment-status.js';
import { AVRO_CONTENT_TYPE, JSON_CONTENT_TYPE } from './media-type.js';
import { createRecordDecoder, type RecordDecoderOptions, type RecordResult } from './record-decoder.js';
import { type RecordHeaders } from './record-headers.js';

export type StatusFormat = 'avro' | 'json';

export interface StatusCodecOptions extends RecordDecoderOptions {
  /** Of Avro statuses as they are written; both framings are read. Single-object unless said. */
  readonly framing?: Framing;
  /** `ce_source` of what is written. */
  readonly source?: string;
}

export interface EncodedStatus {
  readonly value: Buffer;
  /** CloudEvents attributes, content type and trace. */
  readonly headers: CloudEventHeaders;
}

/** Thrown for a status that cannot be read: `data` has the reason's code. */
export type StatusUnreadableError = VecinoError<'STATUS_UNREADABLE'>;

export interface StatusCodec {
  encode(status: NetworkDeploymentStatusInit, format: StatusFormat, trace?: TraceHeaders): EncodedStatus;
  /** Throws (or fails with) a `StatusUnreadableError`. A promise only for the first record of a schema registry's id. */
  decode(
    value: Buffer | null,
    headers?: RecordHeaders,
  ): NetworkDeploymentStatus | Promise<NetworkDeploymentStatus>;
}

export const statusCodec = createAvroCodec<NetworkDeploymentStatus, NetworkDeploymentStatusInit>(SCHEMA);

export function createStatusCodec(options: StatusCodecOptions = {}): StatusCodec {
  const { framing = SINGLE_OBJECT, source = '/vecino/status-projector' } = options;
  const decodeRecord = createRecordDecoder(SCHEMA, statusCodec, options);

  const valueOf = (status: NetworkDeploymentStatusInit, format: StatusFormat): Buffer => {
    const payload = statusCodec.write(status);
    if (format === 'avro') return framed(payload, framing, statusCodec.fingerprint);
    // By way of Avro, which refuses what the schema does not allow and fills in the defaults.
    return Buffer.from(JSON.stringify(statusCodec.read(payload)));
  };

  return {
    encode(status, format, trace = {}) {
      const headers = cloudEventHeaders({
        id: status.event_id,
        type: EVENT_TYPES.status,
        source,
        time: status.occurred_at,
        subject: status.deployment_id,
        contentType: format === 'avro' ? AVRO_CONTENT_TYPE : JSON_CONTENT_TYPE,
        trace,
      });
      return { value: valueOf(status, format), headers };
    },
    decode(value, headers) {
      const result = decodeRecord({ value, headers });
      return result instanceof Promise ? result.then(statusOf) : statusOf(result);
    },
  };
}

function statusOf(result: RecordResult<NetworkDeploymentStatus>): NetworkDeploymentStatus {
  if (result.ok) return result.value;
  throw new VecinoError('STATUS_UNREADABLE', `status record: ${result.reason.text}`, {
    disposition: 'terminal',
    data: { reason: result.reason.code },
  });
}
