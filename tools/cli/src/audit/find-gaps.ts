import { audit, type Deployment, type Evidence, openCase } from '@vecino/audit';
import { assertNever } from '@vecino/foundation';
import { type GateWord } from './ask-standings.js';
import { type UnreadableStatus } from './read-statuses.js';
import { type AskedRecord } from './read-topics.js';

export type GapKind =
  /** A request that should have ended, and has no terminal on its topic. */
  | 'no-terminal'
  /** A status of a deployment that nobody asked for. */
  | 'no-request'
  /** Two terminals, or one event that says two things. */
  | 'two-terminals'
  /** A record that is at fault, or names no tenant, and no dead letter. */
  | 'no-dead-letter'
  /** A workflow of a deployment that nobody asked for. */
  | 'workflow-without-request'
  /** A record on a status topic that nobody can read: what it told is not known. */
  | 'unreadable-status';

/** Where a request without a terminal stands. */
export type Standing =
  /** Ingest has not come to it. */
  | 'in-kafka'
  /** It waits, starts, runs or settles: its terminal is still to come. */
  | 'under-way'
  /** It has ended, and its terminal is neither on its topic nor on its way there. */
  | 'untold'
  /** Nobody has heard of it, and ingest is past it. */
  | 'lost'
  /** Its gate does not answer. */
  | 'unclear';

export interface Gap {
  readonly kind: GapKind;
  readonly tenantId: string;
  readonly deploymentId: string;
  /** One sentence. */
  readonly text: string;
  /** Of a request without a terminal. */
  readonly standing?: Standing;
  /** Where the request lies. */
  readonly record?: AskedRecord;
}

/** What was found of a running platform. */
export interface Seen {
  readonly evidence: Evidence & { readonly requests: readonly AskedRecord[] };
  /** Next offset that ingest reads, of each partition. */
  readonly committed: ReadonlyMap<number, number>;
  /** Requests that lie before the stretch that is looked at, of statuses and workflows in it. */
  readonly earlier: ReadonlySet<string>;
  /** The request topic does not go back to its first record: what has no request there may have had one. */
  readonly isCut: boolean;
  readonly unreadable: readonly UnreadableStatus[];
}

/** A request without a terminal, before anybody was asked where it stands. */
export interface OpenRequest {
  readonly deployment: Deployment;
  readonly record: AskedRecord;
  readonly isTaken: boolean;
}

/** Pure. */
export function openRequests({ evidence, committed }: Seen): readonly OpenRequest[] {
  const { deployments, lettersOf } = openCase(evidence);
  return [...deployments.values()].flatMap((deployment) => {
    const { asked, terminals, statuses, executions } = deployment;
    if (terminals.length > 0) return [];
    const started = statuses.length + executions.length > 0;
    // Where nobody was there to be told, its dead letter is the answer.
    if (!started && asked.fates.includes('undeliverable') && lettersOf(asked).length > 0) return [];
    const record = asked as AskedRecord;
    return [{ deployment, record, isTaken: record.offset < (committed.get(record.partition) ?? 0) }];
  });
}

/** `word` is undefined where its tenant is not in the registry. Pure. */
export function standingOf(
  { deployment, record, isTaken }: OpenRequest,
  word: GateWord | undefined,
): Required<Pick<Gap, 'standing' | 'text'>> {
  const { executions } = deployment;
  if (executions.some(({ closed }) => closed === undefined))
    return { standing: 'under-way', text: 'its workflow runs' };
  if (word?.kind === 'silent')
    return { standing: 'unclear', text: `its gate does not say how it stands: ${word.text}` };
  const state = word?.explanation.state;
  const sentence = word?.explanation.sentence ?? '';
  switch (state) {
    case 'queued':
    case 'starting':
    case 'running':
    case 'holding':
      return { standing: 'under-way', text: sentence };
    case 'closed':
      return word !== undefined && word.toPublish > 0
        ? {
            standing: 'under-way',
            text: `it has ended, and its gate has ${word.toPublish} records to publish`,
          }
        : { standing: 'untold', text: `its terminal is not on its topic: ${sentence}` };
    case 'unknown':
    case undefined:
      if (executions.length > 0)
        return { standing: 'untold', text: 'its workflow has closed, and its terminal is not on its topic' };
      if (!isTaken) return { standing: 'in-kafka', text: 'ingest has not come to it' };
      return {
        standing: 'lost',
        text: `ingest is past offset ${record.offset} of partition ${record.partition}, and nobody has heard of it`,
      };
    default:
      return assertNever(state);
  }
}

/** All others. Pure. */
export function otherGaps(seen: Seen): readonly Gap[] {
  const { evidence, committed, earlier, isCut, unreadable } = seen;
  const { deployments, lettersOf } = openCase(evidence);
  const isAskedFor = (name: string) => deployments.has(name) || earlier.has(name) || isCut;
  const gaps = new Map<string, Gap>();
  const add = (gap: Gap, name = `${gap.tenantId}/${gap.deploymentId}`) =>
    gaps.set(`${gap.kind} ${name}`, gap);
  for (const { status } of evidence.statuses) {
    const { tenant_id: tenantId, deployment_id: deploymentId, state } = status;
    if (!isAskedFor(`${tenantId}/${deploymentId}`))
      add({ kind: 'no-request', tenantId, deploymentId, text: `a status ${state}, and no request` });
  }
  for (const { tenantId, deploymentId, namespace } of evidence.executions)
    if (!isAskedFor(`${tenantId}/${deploymentId}`))
      add({
        kind: 'workflow-without-request',
        tenantId,
        deploymentId,
        text: `a workflow in namespace ${namespace ?? ''}, and no request`,
      });
  for (const { subject, text } of audit(evidence, ['I2'])) {
    const [tenantId = '', deploymentId = ''] = subject.split('/');
    add({ kind: 'two-terminals', tenantId, deploymentId, text });
  }
  for (const record of evidence.requests) {
    const { tenantId, deploymentId, partition, offset, fates } = record;
    if (fates.includes('taken') || lettersOf(record).length > 0) continue;
    if (offset >= (committed.get(partition) ?? 0)) continue;
    const text = `the record at offset ${offset} of partition ${partition} is at fault, and there is no dead letter`;
    add({ kind: 'no-dead-letter', tenantId, deploymentId, text, record });
  }
  for (const { owner, topic, offset, deploymentId, text } of unreadable) {
    const place = `offset ${offset} of ${topic}`;
    add({ kind: 'unreadable-status', tenantId: owner, deploymentId, text: `${place}: ${text}` }, place);
  }
  return [...gaps.values()];
}
