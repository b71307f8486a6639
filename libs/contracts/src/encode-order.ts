import { type AvroCodec } from './avro-codec.js';
import { framed, type RequestFraming } from './framing.js';
import { AVRO_CONTENT_TYPE, JSON_CONTENT_TYPE } from './media-type.js';

/** A request or a command, ready to be produced. */
export interface EncodedOrder {
  readonly value: Buffer;
  readonly headers: { readonly 'content-type': string };
}

/** Writes what a customer orders; fields with a default may be left out. */
export function encodeOrder<T extends object, Init>(
  codec: AvroCodec<T, Init>,
  order: Init,
  framing: RequestFraming,
): EncodedOrder {
  if (framing.kind === 'json') {
    return {
      value: Buffer.from(JSON.stringify(order), 'utf8'),
      headers: { 'content-type': JSON_CONTENT_TYPE },
    };
  }
  return {
    value: framed(codec.write(order), framing, codec.fingerprint),
    headers: { 'content-type': AVRO_CONTENT_TYPE },
  };
}
