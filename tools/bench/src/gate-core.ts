import { Admission, type Candidate } from '@vecino/admission';
import { EMPTY_CARRIED, GateBook, type GateItem, type TenantSettings } from '@vecino/workflows';
import { cut } from './report.js';

const CAP = 10;
const SETTINGS: TenantSettings = {
  tenantId: 'bench',
  revision: 1,
  tier: 'premium',
  cap: CAP,
  queueLimit: 20_000,
  taskQueue: 'tenant-bench-deployments',
  statusFormat: 'avro',
  paused: false,
};

/**
 * Decisions per second with a queue of that length, all slots taken: one ends, the next is found and given its slot and
 * its router's locks, and another one arrives. `admission_*`: the core alone; `book_*`: all that a gate does for it.
 */
export function coreRates(queueLengths: readonly number[], forMs: number): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const length of queueLengths) {
    figures[`admission_${length}_queued_per_s`] = cut(ratePerSecond(admissionTurn(length), forMs), 0);
    figures[`book_${length}_queued_per_s`] = cut(ratePerSecond(bookTurn(length), forMs), 0);
  }
  return figures;
}

/** A fifth of the time again goes before it, uncounted, for the compiler. */
function ratePerSecond(turn: () => void, forMs: number): number {
  run(turn, forMs / 5);
  return run(turn, forMs);
}

function run(turn: () => void, forMs: number): number {
  const from = performance.now();
  let turns = 0;
  let now = from;
  for (; now - from < forMs; now = performance.now()) for (let i = 0; i < 10; i++, turns++) turn();
  return (turns * 1_000) / (now - from);
}

const candidate = (n: number): Candidate => ({
  deploymentId: `deployment-${n}`,
  routerId: `router-${n}`,
  routerIp: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
  softwareVersion: '2.0.0',
  priority: 3,
  fingerprint: 'abcdef',
});

function admissionTurn(queueLength: number): () => void {
  const admission = new Admission<Candidate>({ cap: CAP, queueLimit: queueLength });
  let made = 0;
  const running: string[] = [];
  const admit = (): void => {
    for (const { deploymentId } of admission.decide(0).start)
      running.push(admission.admit(deploymentId).deploymentId);
  };
  for (let n = 0; n < queueLength + CAP; n++) admission.queue(candidate(made++));
  admit();
  return () => {
    admission.release(running.shift() as string);
    admit();
    if (admission.enter(candidate(made++)).kind !== 'queued') throw new Error('the queue is full');
  };
}

function bookTurn(queueLength: number): () => void {
  const book = new GateBook(SETTINGS, EMPTY_CARRIED);
  let made = 0;
  const running: string[] = [];
  const take = (): void => {
    const n = made++;
    const item: GateItem = { ...candidate(n), offset: n, timestamp: n };
    book.take({ topic: 'deployment-requests', partition: 0, items: [item], settings: SETTINGS }, n);
  };
  const admit = (): void => {
    for (const { deploymentId } of book.admit(made).start) {
      book.started(deploymentId, 'run');
      running.push(deploymentId);
    }
    book.published(book.outbox.length);
  };
  for (let n = 0; n < queueLength + CAP; n++) take();
  admit();
  return () => {
    const outcome = { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'done' } } as const;
    book.close(running.shift() as string, outcome, made);
    take();
    admit();
    if (book.admission.queued !== queueLength) throw new Error('the queue has another length');
  };
}
