import type { PoisonContext } from './poison-class.js';
import { avroValue, requestOf } from './request-record.js';

/** Avro's long: a zigzag varint. */
export function long(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

export const text = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([long(BigInt(bytes.length)), bytes]);
};

const NULL = long(0n);
export const some = (content: Buffer): Buffer => Buffer.concat([long(1n), content]);

/** Each field of a request as its bytes. */
export interface RequestBytes {
  readonly tenantId: Buffer;
  readonly routerId: Buffer;
  readonly routerIp: Buffer;
  readonly softwareVersion: Buffer;
  readonly requestId: Buffer;
  readonly requestedAt: Buffer;
  readonly requestedBy: Buffer;
  readonly priority: Buffer;
  readonly notBefore: Buffer;
  readonly retryOf: Buffer;
}

/** A good request in single-object encoding, field by field, but for what `more` says. */
export function requestBytes(context: PoisonContext, more: Partial<RequestBytes> = {}): Buffer {
  const { canary, tenantId, ipv4 } = context;
  const fields: RequestBytes = {
    tenantId: text(tenantId),
    routerId: text(`r-${canary}`),
    routerIp: text(ipv4),
    softwareVersion: text('2.0.0'),
    requestId: some(text(`d-${canary}`)),
    requestedAt: NULL,
    requestedBy: NULL,
    priority: long(3n),
    notBefore: NULL,
    retryOf: NULL,
    ...more,
  };
  return Buffer.concat([
    singleObjectHeader(context),
    ...[fields.tenantId, fields.routerId, fields.routerIp, fields.softwareVersion, fields.requestId],
    ...[fields.requestedAt, fields.requestedBy, fields.priority, fields.notBefore, fields.retryOf],
  ]);
}

export const SINGLE_OBJECT_HEADER_BYTES = 10;

/** Magic and fingerprint of the schema with which requests are written now. */
export const singleObjectHeader = (context: PoisonContext): Buffer =>
  avroValue(requestOf(context)).subarray(0, SINGLE_OBJECT_HEADER_BYTES);

/** What follows the header. */
export const payloadOf = (context: PoisonContext): Buffer =>
  avroValue(requestOf(context)).subarray(SINGLE_OBJECT_HEADER_BYTES);

/** The Confluent wire format. */
export function confluent(schemaId: number, payload: Buffer): Buffer {
  const start = Buffer.alloc(5);
  start.writeInt32BE(schemaId, 1);
  return Buffer.concat([start, payload]);
}
