import type { GateItem } from '@vecino/workflows';

/** Punctuation and names of the fields that every item has, and the numbers at their longest. */
const FIXED_BYTES = 240;
const OPTIONAL_FIELD_BYTES = 32;

/**
 * Bytes that the item takes in a batch's JSON, never too few. Counted from the parts, because writing the JSON would be
 * done once more when the batch is sent.
 */
export function itemBytes(item: GateItem): number {
  const { deploymentId, routerId, routerIp, softwareVersion, fingerprint, traceparent } = item;
  let bytes = FIXED_BYTES + deploymentId.length + fingerprint.length + (traceparent?.length ?? 0);
  if (item.refusal) {
    const { code, text } = item.refusal;
    bytes += OPTIONAL_FIELD_BYTES + code.length + jsonBytes(text);
    bytes += jsonBytes(routerId) + jsonBytes(routerIp) + jsonBytes(softwareVersion);
  } else {
    bytes += routerId.length + routerIp.length + softwareVersion.length;
  }
  if (item.refusalDetails) bytes += OPTIONAL_FIELD_BYTES + jsonBytes(JSON.stringify(item.refusalDetails));
  if (item.notBefore !== undefined) bytes += OPTIONAL_FIELD_BYTES;
  if (item.requestedAt !== undefined) bytes += OPTIONAL_FIELD_BYTES;
  if (item.requestedBy !== undefined) bytes += OPTIONAL_FIELD_BYTES + jsonBytes(item.requestedBy);
  if (item.retryOf !== undefined) bytes += OPTIONAL_FIELD_BYTES + item.retryOf.length;
  if (item.tracestate !== undefined) bytes += OPTIONAL_FIELD_BYTES + jsonBytes(item.tracestate);
  return bytes;
}

/** For text that need not be ASCII. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));
