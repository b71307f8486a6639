import { isTerminalState, type DeploymentState } from '@vecino/foundation';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type ReadStatus } from './status-feed.js';

/** A request that was sent, as far as its statuses are told apart from others. */
export interface SentRequest {
  readonly tenantId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
  readonly deploymentId: string;
  readonly traceId: string;
  readonly requestedAt: number;
}

/** A request and what came back for it on its tenant's topic, in the order of reading. */
export interface DeploymentStory {
  readonly request: SentRequest;
  readonly statuses: readonly ReadStatus[];
}

/** Whether exactly one terminal came back, which may have been published several times. */
export type Verdict =
  | { readonly kind: 'single'; readonly terminal: ReadStatus }
  | { readonly kind: 'missing'; readonly lastState: NetworkDeploymentStatus['state'] | undefined }
  /** Terminals that are not the same event said twice. */
  | { readonly kind: 'several'; readonly terminals: readonly ReadStatus[] };

/** A status belongs to the story only when it lay on the topic of the request's tenant. */
export const isPartOf = ({ tenantId, deploymentId }: SentRequest, read: ReadStatus): boolean =>
  read.tenantId === tenantId && read.status.deployment_id === deploymentId;

export function verdictOf({ statuses }: DeploymentStory): Verdict {
  const terminals = statuses.filter(({ status }) => isTerminalState(status.state));
  const [terminal] = terminals;
  if (terminal === undefined) return { kind: 'missing', lastState: furthest(statuses)?.status.state };
  return terminals.every((other) => isSameEvent(other.status, terminal.status))
    ? { kind: 'single', terminal }
    : { kind: 'several', terminals };
}

/** Ids are made from tenant, deployment and sequence, so that two different ends of one deployment have the same id. */
const isSameEvent = (one: NetworkDeploymentStatus, other: NetworkDeploymentStatus): boolean =>
  one.event_id === other.event_id && one.state === other.state;

/** Where the deployment stands; as every consumer, it ignores what is not above the last sequence. */
export function furthest(statuses: readonly ReadStatus[]): ReadStatus | undefined {
  return statuses.reduce<ReadStatus | undefined>(
    (last, read) => (last === undefined || read.status.sequence > last.status.sequence ? read : last),
    undefined,
  );
}

export type StateShown = DeploymentState | 'UNKNOWN' | 'SENT';

export const stateOf = ({ statuses }: DeploymentStory): StateShown =>
  furthest(statuses)?.status.state ?? 'SENT';

/** Why the story is not a success, as one sentence; undefined when it is. */
export function faultOf(story: DeploymentStory): string | undefined {
  const who = nameOf(story);
  const verdict = verdictOf(story);
  switch (verdict.kind) {
    case 'missing':
      return `${who}: no terminal status came; last seen: ${verdict.lastState ?? 'nothing'}`;
    case 'several': {
      const ends = verdict.terminals.map(({ status }) => `${status.state} (event ${status.event_id})`);
      return `${who}: one terminal status must come, and ${ends.length} came: ${ends.join(', ')}`;
    }
    case 'single': {
      const { state, reason } = verdict.terminal.status;
      return state === 'SUCCEEDED'
        ? undefined
        : `${who}: ${state}${reason === null ? '' : `: ${reason.text}`}`;
    }
  }
}

/** A terminal that is not in its request's trace. One that is repeated for a repeated request is in the first one's. */
export function traceFaultOf(story: DeploymentStory): string | undefined {
  const verdict = verdictOf(story);
  if (verdict.kind !== 'single' || verdict.terminal.traceId === story.request.traceId) return undefined;
  const found = verdict.terminal.traceId ?? 'none';
  return `${nameOf(story)}: its terminal status is in trace ${found}, its request in ${story.request.traceId}`;
}

const nameOf = ({ request }: DeploymentStory): string =>
  `${request.routerId} of ${request.tenantId} (deployment ${request.deploymentId})`;
