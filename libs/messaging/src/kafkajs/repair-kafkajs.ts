import Decoder from 'kafkajs/src/protocol/decoder.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { readCollectableArray, writeHeadersInPlace } from './exact-headers.js';

const PENDING_CHECK_INTERVAL_MS = 10;
let repaired = false;

/**
 * Mends faults of kafkajs 2.2.4 in place, once per process: an idle connection that wakes about a thousand times a second
 * (tulios/kafkajs#1751), and headers that take quadratic time and do not come out as they went in (`exact-headers.ts`).
 */
export function repairKafkajs(): void {
  if (repaired) return;
  repaired = true;
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleOnlyWhatIsPending;
  Decoder.prototype.readVarIntArray = readCollectableArray;
  writeHeadersInPlace();
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
