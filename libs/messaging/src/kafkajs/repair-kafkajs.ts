import Decoder from 'kafkajs/src/protocol/decoder.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

interface DecodedHeader {
  readonly key: string;
  readonly value: Buffer | null;
}
type HeadersByName = Record<string, Buffer | Buffer[]>;

const PENDING_CHECK_INTERVAL_MS = 10;
let repaired = false;

/**
 * Mends two faults of kafkajs 2.2.4 in place, once per process:
 * an idle connection that wakes about a thousand times a second (tulios/kafkajs#1751), and header decoding that takes
 * quadratic time, so that one record with thousands of headers holds a consumer for seconds, and that mistakes a header
 * called `constructor` for a repeated one.
 */
export function repairKafkajs(): void {
  if (repaired) return;
  repaired = true;
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleOnlyWhatIsPending;
  Decoder.prototype.readVarIntArray = readCollectableArray;
}

function scheduleOnlyWhatIsPending(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttledForMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledForMs > 0 ? throttledForMs : PENDING_CHECK_INTERVAL_MS,
  );
}

/** kafkajs reads var-int arrays only for headers, and folds the result with `reduce`. */
function readCollectableArray<T>(this: Decoder, reader: (decoder: Decoder) => T): T[] {
  const length = this.readVarInt();
  const items = new HeaderList();
  for (let i = 0; i < length; i++) items.push(reader(this) as DecodedHeader);
  return items as unknown as T[];
}

class HeaderList extends Array<DecodedHeader> {
  override reduce(): never {
    return collectHeaders(this) as never;
  }
}

const NO_VALUE = Buffer.alloc(0);

/**
 * Headers by name in the order in which the names first appear; a repeated name holds all its values in order. A header
 * without a value becomes an empty one, because kafkajs could not write it into a dead letter.
 */
function collectHeaders(headers: readonly DecodedHeader[]): HeadersByName {
  const byName: HeadersByName = Object.create(null) as HeadersByName;
  for (const { key, value: read } of headers) {
    const value = read ?? NO_VALUE;
    const seen = byName[key];
    if (seen === undefined) byName[key] = value;
    else if (Array.isArray(seen)) seen.push(value);
    else byName[key] = [seen, value];
  }
  return byName;
}
