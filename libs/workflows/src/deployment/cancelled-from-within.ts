import { getActivator } from '@temporalio/workflow/lib/global-attributes';

/**
 * Lets a workflow that honoured a cancel signal close as Cancelled, as one does that Temporal itself was asked to cancel.
 * A signal can say who ordered it, a cancel of Temporal cannot; but the SDK (1.24, `handleWorkflowFailure`) turns a
 * cancellation into a failure unless this flag is set, and has no other way to set it from inside.
 */
export function countAsCancelled(): void {
  (getActivator() as unknown as { cancelled: boolean }).cancelled = true;
}
