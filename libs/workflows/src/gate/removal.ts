import type { EpochMs, Reason } from '@vecino/foundation';
import type { SubmitCommand } from '../api/gate-protocol.js';
import type { TakenItem } from './carried.js';
import type { GateBook } from './gate-book.js';

/** Who cancels when a tenant is removed. */
const REMOVAL = 'the removal of the tenant';

/** To a request that came after the removal was ordered. */
export const TENANT_DRAINING: Reason = {
  code: 'TENANT_DRAINING',
  text: 'the tenant is being removed and takes no more requests',
};

/**
 * Nothing of the tenant is to go on: cancels what waits, and what runs as far as it can still be. To be called again
 * until nothing is left; no more than `toPublishLimit` records wait to be published meanwhile.
 */
export function cancelAll(book: GateBook, now: EpochMs, toPublishLimit: number): void {
  for (const { deploymentId } of [...book.admission.waiting()]) {
    if (book.toPublish >= toPublishLimit) return;
    book.withdraw({ deploymentId, requestedBy: REMOVAL }, now);
  }
  for (const { candidate, hold } of book.admission.holding())
    if (hold === 'running') book.commands.take(cancelForRemoval(candidate));
}

/** Tells a running deployment to end if it still can. From no record: its terminal is the answer, and never a dead letter. */
const cancelForRemoval = ({ deploymentId }: TakenItem): SubmitCommand => ({
  commandId: `removal/${deploymentId}`,
  deploymentId,
  action: 'CANCEL',
  requestedBy: REMOVAL,
  topic: '',
  partition: -1,
  offset: -1,
});
