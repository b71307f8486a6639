import Decoder from 'kafkajs/src/protocol/decoder.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { readHeaders } from './header-list.js';
import { writePackedHeaders } from './pack-headers.js';
import { hearProduceAnswers } from './produce-answers.js';

const PENDING_CHECK_INTERVAL_MS = 10;
let repaired = false;

/**
 * Mends faults of kafkajs 2.2.4 in place, once per process:
 * an idle connection that wakes about a thousand times a second (tulios/kafkajs#1751); header decoding that takes quadratic
 * time, so that one record with thousands of headers holds a consumer for seconds, that mistakes a header called `constructor`
 * for a repeated one, and that loses what a list can say and an object cannot; header encoding that is as slow; and answers to
 * writes of which nothing is left where one partition was refused.
 */
export function repairKafkajs(): void {
  if (repaired) return;
  repaired = true;
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleOnlyWhatIsPending;
  Decoder.prototype.readVarIntArray = readCollectableArray;
  writePackedHeaders();
  hearProduceAnswers();
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
function readCollectableArray<T>(this: Decoder): T[] {
  const headers = readHeaders(this);
  return { reduce: () => headers } as unknown as T[];
}
