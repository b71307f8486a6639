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
  const { request } = story;
  const who = `${request.routerId} of ${request.tenantId} (deployment ${request.deploymentId})`;
  const verdict = verdictOf(story);
  switch (verdict.kind) {
    case 'missing':
      return `${who}: no terminal status came; last seen: ${verdict.lastState ?? 'nothing'}`;
    case 'several': {
      const ends = verdict.terminals.map(({ status }) => `${status.state} (event ${status.event_id})`);
      return `${who}: one terminal status must come, and ${ends.length} came: ${ends.join(', ')}`;
    }
    case 'single': {
      const { status, traceId } = verdict.terminal;
      if (status.state !== 'SUCCEEDED')
        return `${who}: ${status.state}${status.reason === null ? '' : `: ${status.reason.text}`}`;
      if (traceId !== request.traceId)
        return `${who}: its terminal status is in trace ${traceId ?? 'none'}, its request in ${request.traceId}`;
      return undefined;
    }
  }
}
