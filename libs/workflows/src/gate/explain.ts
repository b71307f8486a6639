import { assertNever } from '@vecino/foundation';
import type { Hold, Wait } from '@vecino/admission';
import type { Explanation } from '../api/gate-protocol.js';
import type { Settling } from './carried.js';
import { type ClosedEntry, wasRefused } from './closed-entry.js';
import { releaseOf } from './terminal.js';

export interface ExplainInput {
  readonly deploymentId: string;
  readonly wait: Wait | undefined;
  readonly hold: Hold | undefined;
  readonly runId: string | undefined;
  readonly settling: Settling | undefined;
  readonly closed: ClosedEntry | undefined;
}

/** One sentence on where a deployment stands, from the gate's own knowledge. */
export function explainDeployment(input: ExplainInput): Explanation {
  const { deploymentId, wait, hold, closed } = input;
  if (wait !== undefined) {
    const { until, holder } = wait;
    const sentence = `Deployment ${deploymentId} waits: ${wait.reason.text}.`;
    return {
      state: 'queued',
      sentence,
      reason: wait.reason,
      placeInLine: wait.place,
      ...(until !== undefined && { until }),
      ...(holder !== undefined && { holder }),
    };
  }
  if (hold !== undefined) return explainHeld(input, hold);
  if (closed !== undefined) {
    const reason = { code: closed.code, text: closed.text };
    const at = new Date(closed.at).toISOString();
    return {
      state: 'closed',
      sentence: `Deployment ${deploymentId} ended as ${closed.state} at ${at}: ${closed.text}.`,
      reason,
      ...(wasRefused(closed) && { refused: true }),
    };
  }
  const sentence = `The gate knows no deployment ${deploymentId}: it was never taken in, or ended long ago; look at the status topic.`;
  return { state: 'unknown', sentence };
}

function explainHeld({ deploymentId, runId, settling }: ExplainInput, hold: Hold): Explanation {
  switch (hold) {
    case 'running':
      return runId === undefined || runId === ''
        ? { state: 'starting', sentence: `Deployment ${deploymentId} has its slot and is being started.` }
        : { state: 'running', sentence: `Deployment ${deploymentId} is running (run ${runId}).` };
    case 'settling': {
      const until = settling === undefined ? {} : { until: settling.until };
      const sentence = `Deployment ${deploymentId} ended with its router in an unknown state; the router stays locked until the device confirms that nothing is pending.`;
      return { state: 'holding', sentence, ...until };
    }
    case 'quarantined':
      return {
        state: 'holding',
        sentence:
          settling !== undefined && releaseOf(settling.closed) === 'by-hand'
            ? `Deployment ${deploymentId} ended, and the way back failed: its router stays locked until it is unlocked by hand; check the device.`
            : `Deployment ${deploymentId} ended, but its router does not say what state it is in and stays locked; check the device.`,
      };
    default:
      return assertNever(hold);
  }
}
