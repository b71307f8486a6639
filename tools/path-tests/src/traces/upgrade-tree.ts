import { ATTRIBUTES } from '@vecino/telemetry';
import { type ReceivedSpan } from '@vecino/testing/otlp-receiver';
import { traceTree } from './trace-tree.js';

const PUBLISHING = /(publishStatuses|send deployment-status) × \d+$/gm;

/** The spans of an upgrade below its producer's, but for calls to the router, as a text to compare with `UPGRADE_TREE`. */
export function upgradeTree(spans: readonly ReceivedSpan[], producerId: string): string {
  const shown = spans.filter((span) => span.kind !== 'client' && !isFurtherAttempt(span));
  // How many phases travel together is a matter of timing.
  return traceTree(shown, producerId).replace(PUBLISHING, '$1');
}

/** Of an activity that is tried again, as a busy machine may make it. */
const isFurtherAttempt = ({ attributes }: ReceivedSpan): boolean =>
  Number(attributes[ATTRIBUTES.attempt] ?? 1) > 1;

/** Of an upgrade that starts at once, and succeeds. */
export const UPGRADE_TREE = `
vecino-ingest: process deployment-requests
  vecino-status-projector: deployment
  vecino-status-projector: send deployment-status
  vecino-worker-dedicated: RunWorkflow:NetworkDeploymentWorkflow
    vecino-status-projector: RunActivity:publishStatuses
      vecino-status-projector: send deployment-status
    vecino-worker-dedicated: RunActivity:arm
    vecino-worker-dedicated: RunActivity:install
    vecino-worker-dedicated: RunActivity:postcheck
    vecino-worker-dedicated: RunActivity:precheck
    vecino-worker-dedicated: RunActivity:reboot
    vecino-worker-dedicated: RunActivity:recordEvidence
    vecino-worker-dedicated: RunActivity:soak
    vecino-worker-dedicated: RunActivity:verify
    vecino-worker-dedicated: RunActivity:waitUp`.trim();
