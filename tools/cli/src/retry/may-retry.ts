import { isTerminalState } from '@vecino/foundation';
import { type RefusedFault } from '../refusal.js';
import { type PastDeployment } from './past-deployment.js';

export interface RetryRules {
  readonly deploymentId: string;
  readonly tenantId: string;
  readonly evenIfSucceeded: boolean;
}

/** Why a deployment is not repeated; undefined where it may be. Pure. */
export function whyNotRetry(past: PastDeployment, rules: RetryRules): RefusedFault | undefined {
  const { deploymentId: id, tenantId: tenant, evenIfSucceeded } = rules;
  const { last, run, explanation } = past;
  const succeeded: RefusedFault = {
    code: 'SUCCEEDED',
    text: `${id} of ${tenant} has succeeded`,
    next: '--even-if-succeeded repeats it all the same',
  };
  if (last !== undefined && isTerminalState(last.state))
    return last.state === 'SUCCEEDED' && !evenIfSucceeded ? succeeded : undefined;
  if (last !== undefined)
    return notEnded(id, tenant, `it is ${last.state} since ${timeText(last.occurred_at)}`);
  switch (explanation?.state) {
    case 'queued':
    case 'starting':
    case 'running':
    case 'holding':
      return notEnded(id, tenant, explanation.sentence);
    case 'closed':
      return SUCCESS_CODES.has(explanation.reason?.code ?? '') && !evenIfSucceeded ? succeeded : undefined;
    case 'unknown':
    case undefined:
      if (run?.isRunning === true) return notEnded(id, tenant, `it runs since ${timeText(run.startedAt)}`);
      if (run !== undefined) return undefined;
      return {
        code: 'UNKNOWN_DEPLOYMENT',
        text: `nobody knows deployment ${id} of ${tenant}: neither its status topic, nor Temporal, nor its gate`,
        next: `ask for it as for a new one: ./vecino request --tenant ${tenant} …`,
      };
  }
}

/** Reasons that only a success has. */
const SUCCESS_CODES: ReadonlySet<string> = new Set(['UPGRADED', 'ALREADY_RUNNING']);

const notEnded = (id: string, tenant: string, how: string): RefusedFault => ({
  code: 'NOT_ENDED',
  text: `${id} of ${tenant} has not ended: ${how}`,
  next: `wait for its end (./vecino watch ${tenant}), or cancel it (./vecino cancel ${id})`,
});

const timeText = (at: number): string => new Date(at).toISOString();
