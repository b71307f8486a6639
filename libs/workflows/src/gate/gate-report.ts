import { type StandStill, standStillReason } from '@vecino/admission';
import type { GateReport } from '../api/gate-protocol.js';
import type { GateBook } from './gate-book.js';

export interface RunFacts {
  /** Its predecessor's state is read. */
  readonly ready: boolean;
  /** Nothing was signalled that the book does not have. */
  readonly hasTakenAll: boolean;
  readonly standStill: StandStill | undefined;
}

/** How much a gate has to do. */
export function reportOn(book: GateBook, { ready, hasTakenAll, standStill }: RunFacts): GateReport {
  const { admission, settings, toPublish, isDone, commands } = book;
  const { queued, slotsUsed, held, limits } = admission;
  // Before it has read what its predecessor left, it does not know what there is.
  const drained = ready && hasTakenAll && slotsUsed === 0 && toPublish === 0;
  return {
    idle: ready && hasTakenAll && isDone && held === 0 && commands.open === 0,
    queued,
    running: slotsUsed,
    quarantined: held - slotsUsed,
    toPublish,
    cap: limits.cap,
    queueLimit: limits.queueLimit,
    revision: settings.revision,
    ready,
    ...(standStill === undefined ? {} : { standStill: standStillReason(standStill) }),
    ...(settings.moving === undefined ? {} : { moving: { epoch: settings.moving.epoch, drained } }),
  };
}
