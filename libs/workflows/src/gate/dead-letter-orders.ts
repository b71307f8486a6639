import { assertNever, type ReasonCode } from '@vecino/foundation';
import type { Hold } from '@vecino/admission';
import type { SubmitCommand } from '../api/gate-protocol.js';
import type { DeadLetterOrder } from '../api/projector-activities.js';
import type { TakenItem } from './carried.js';

/** A second request with the id of another one. */
export const requestIdReused = (
  tenantId: string,
  { topic, partition, offset, deploymentId }: TakenItem,
): DeadLetterOrder => ({
  topic,
  partition,
  offset,
  tenantId,
  deploymentId,
  reason: {
    code: 'ID_REUSED',
    text: `request_id ${deploymentId} was used before with other content; send it again with an id of its own`,
  },
});

/** Refusals of requests that are nothing wrong in themselves. */
const WITHOUT_LETTER: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['RATE_LIMITED', 'TENANT_DRAINING']);

/** Whether ingest wrote a dead letter when it refused the record: it does where the record itself is at fault. */
export const hasDeadLetter = ({ refusal }: TakenItem): boolean =>
  refusal !== undefined && !WITHOUT_LETTER.has(refusal.code);

/** A second command with the id of another one, which was about another deployment or another action. */
export const commandIdReused = (tenantId: string, command: SubmitCommand): DeadLetterOrder =>
  answer(tenantId, command, {
    code: 'ID_REUSED',
    text: `command_id ${command.commandId} was used before for another command; send it again with an id of its own`,
  });

export const unknownDeployment = (tenantId: string, command: SubmitCommand): DeadLetterOrder =>
  answer(tenantId, command, {
    code: 'UNKNOWN_DEPLOYMENT',
    text: `tenant ${tenantId} has no deployment ${command.deploymentId}, it ended long ago, or its request has not been taken yet`,
  });

/** `hold` of a deployment that is not quarantined; undefined where it waits, or has `ended`. */
export const notQuarantined = (
  tenantId: string,
  command: SubmitCommand,
  hold: Exclude<Hold, 'quarantined'> | undefined,
  ended: boolean,
): DeadLetterOrder =>
  answer(tenantId, command, {
    code: 'NOT_QUARANTINED',
    text: `deployment ${command.deploymentId} ${situation(hold, ended)}; nothing was unlocked`,
  });

function situation(hold: Exclude<Hold, 'quarantined'> | undefined, ended: boolean): string {
  switch (hold) {
    case undefined:
      return ended ? 'has ended and holds no router' : 'waits and holds no router yet';
    case 'running':
      return 'is running';
    case 'settling':
      return 'has ended just now, and its router is to be asked first whether it is at rest';
    default:
      return assertNever(hold);
  }
}

const answer = (
  tenantId: string,
  { topic, partition, offset, deploymentId }: SubmitCommand,
  reason: DeadLetterOrder['reason'],
): DeadLetterOrder => ({ topic, partition, offset, tenantId, deploymentId, reason });

type Place = Pick<DeadLetterOrder, 'topic' | 'partition' | 'offset'>;

export const isSameRecord = (one: Place, other: Place): boolean =>
  one.offset === other.offset && one.partition === other.partition && one.topic === other.topic;
