import { setTimeout as sleep } from 'node:timers/promises';
import { type SentRequest } from '../sent-request.js';

/** Requests of one tenant at an even pace. */
export interface RequestStream {
  readonly perSecond: number;
  /** While it says so, what is due is left out. */
  readonly waits?: () => boolean;
  /** The one after the one before. */
  next(): Omit<SentRequest, 'deploymentId' | 'sentAt'>;
}

/** Numbers the requests of a stream from 0, whatever loads it is part of. */
export function numbered(
  perSecond: number,
  requestOf: (number: number) => ReturnType<RequestStream['next']>,
): RequestStream {
  let sent = 0;
  return { perSecond, next: () => requestOf(sent++) };
}

/** Several streams, one batch after the other: the ledger has the order of the partitions. */
export interface RequestLoad {
  readonly ledger: readonly SentRequest[];
  /** One more, with what is due next. */
  add(request: ReturnType<RequestStream['next']>): void;
  /** Sends what is due, and no more; rejects when a batch could not be sent. */
  stop(): Promise<void>;
}

const TICK_MS = 100;

/** `send` is given one batch after the other. */
export function startLoad(
  send: (batch: readonly SentRequest[]) => Promise<void>,
  round: string,
  streams: readonly RequestStream[],
): RequestLoad {
  const ledger: SentRequest[] = [];
  const begun = performance.now();
  const counts = streams.map(() => 0);
  const added: ReturnType<RequestStream['next']>[] = [];
  let stopped = false;
  const sendDue = async () => {
    const seconds = (performance.now() - begun) / 1_000;
    const due = streams.flatMap((stream, index) => {
      const from = counts[index] ?? 0;
      const to = 1 + Math.floor(seconds * stream.perSecond);
      counts[index] = to;
      return stream.waits?.() === true ? [] : Array.from({ length: to - from }, () => stream.next());
    });
    due.push(...added.splice(0));
    if (due.length === 0) return;
    const sentAt = Date.now();
    const batch = due.map((request, nth) => ({
      ...request,
      deploymentId: `${round}-${ledger.length + nth + 1}`,
      sentAt,
    }));
    ledger.push(...batch);
    await send(batch);
  };
  const running = (async () => {
    while (!stopped) {
      await sendDue();
      await sleep(TICK_MS);
    }
  })();
  // Told where it is awaited.
  running.catch(() => undefined);
  return {
    ledger,
    add: (request) => void added.push(request),
    async stop() {
      stopped = true;
      await running;
    },
  };
}
