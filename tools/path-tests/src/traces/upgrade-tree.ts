import { type ReceivedSpan } from '@vecino/testing/otlp-receiver';
import { traceTree } from './trace-tree.js';

const PUBLISHING = /(publishStatuses|send deployment-status) × \d+$/gm;

/** The spans of an upgrade below its producer's, but for calls to the router, as a text to compare with `UPGRADE_TREE`. */
export function upgradeTree(spans: readonly ReceivedSpan[], producerId: string): string {
  const withoutCalls = spans.filter(({ kind }) => kind !== 'client');
  // How many phases travel together is a matter of timing.
  return traceTree(withoutCalls, producerId).replace(PUBLISHING, '$1');
}

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
