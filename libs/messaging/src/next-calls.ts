/** As much of a call as decides when it is written. All its records go to one topic. */
export interface QueuedCall {
  readonly topic: string;
  readonly records: number;
  readonly bytes: number;
}

export interface WriteLimits {
  readonly records: number;
  readonly bytes: number;
}

export interface Turn {
  /** Topics that could lately not be written to: what goes there shares no write with other topics. */
  readonly apart: ReadonlySet<string>;
  /** Whose turn it is, where there are calls of both kinds. */
  readonly first: 'apart' | 'others';
  readonly limits: WriteLimits;
}

/**
 * Takes out of the queue what is written together next: the calls of all topics that are not apart, or those of the one that
 * has waited longest of those that are. Each topic's calls keep their order; a call is never split.
 */
export function takeNext<C extends QueuedCall>(queue: C[], { apart, first, limits }: Turn): C[] {
  const isApart = ({ topic }: C) => apart.has(topic);
  const head = queue.find((call) => isApart(call) === (first === 'apart')) ?? queue[0];
  if (head === undefined) return [];
  const goesAlong = isApart(head) ? ({ topic }: C) => topic === head.topic : (call: C) => !isApart(call);
  const taken: C[] = [];
  const left: C[] = [];
  let records = 0;
  let bytes = 0;
  let full = false;
  for (const call of queue) {
    if (full || !goesAlong(call)) {
      left.push(call);
      continue;
    }
    full = taken.length > 0 && (records + call.records > limits.records || bytes + call.bytes > limits.bytes);
    (full ? left : taken).push(call);
    records += call.records;
    bytes += call.bytes;
  }
  queue.splice(0, queue.length, ...left);
  return taken;
}
