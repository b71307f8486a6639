import { barText } from '../busy.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_EVIDENCE, type RequestRecord } from '@vecino/audit';
import { type EpochMs } from '@vecino/foundation';
import { type Registry, tenantOf } from '@vecino/tenancy';
import { type ListedDeployment } from '@vecino/temporal';
import { type PlatformEnvironment } from '../platform-access.js';
import { type TemporalLooks } from './ask-standings.js';
import { type Gap, openRequests, otherGaps, type Seen, standingOf } from './find-gaps.js';
import { readStatuses } from './read-statuses.js';
import { type AskedRecord, readDeadLetters, readRequests, type Wanted } from './read-topics.js';
import { describeRequestTopic } from './request-topic.js';
import { withFates } from './record-fates.js';

export interface LookOptions {
  readonly registry: Registry;
  readonly wanted: Wanted;
  readonly from: EpochMs;
  /** Requests from then on are not judged: their effects may come while the look goes on. */
  readonly to: EpochMs;
  /** Told what it is busy with. */
  readonly detail?: (text: string) => void;
}

/** What a look at a running platform came to. */
export interface Looked {
  readonly seen: Seen;
  /** Every request without a terminal, and all else that does not fit together. */
  readonly gaps: readonly Gap[];
}

/** Whether it is more than a request that has not come to its end yet. */
export const isBroken = ({ standing }: Gap): boolean => standing !== 'in-kafka' && standing !== 'under-way';

/** Between two reads things go on: what has just ended may be on its way to its topic, and lists of workflows lag behind. */
const LOOKS = 4;
const LOOK_EVERY_MS = 3_000;
/** Gates answer one question after another. */
const ASKED_AT_ONCE = 8;

/**
 * Compares requests, dead letters, statuses and workflows, and asks gates where what has no terminal stands. What looks wrong is looked at
 * some more times before it is told.
 */
export async function look(
  env: PlatformEnvironment,
  temporal: TemporalLooks,
  options: LookOptions,
): Promise<Looked> {
  for (let nth = 1; ; nth += 1) {
    const seen = await see(env, temporal, options);
    const gaps = [...(await standings(seen, temporal, options)), ...otherGaps(seen)];
    if (nth === LOOKS || !gaps.some(isBroken)) return { seen, gaps };
    await sleep(LOOK_EVERY_MS);
  }
}

/** Effects before requests: what is read last has a cause for all that was read before. */
async function see(
  env: PlatformEnvironment,
  temporal: TemporalLooks,
  { registry, wanted, from, to, detail = () => undefined }: LookOptions,
): Promise<Seen> {
  detail('dead letters');
  const { name: requestTopic, committed, isCut } = await describeRequestTopic(env);
  const deadLetters = await readDeadLetters(env, from);
  detail('statuses');
  const { statuses, unreadable } = await readStatuses(env, wanted, from);
  detail('workflows');
  const executions = (await temporal.deployments(from))
    .filter(({ tenantId }) => wanted(tenantId))
    .map(executionOf);
  const records: AskedRecord[] = [];
  for await (const record of readRequests(env, { from })) {
    if (wanted(record.tenantId)) records.push(record);
    detail(`${records.length} requests`);
  }

  const asked = new Set(records.map(nameOf));
  const traced = [...statuses.map(({ status }) => nameOfStatus(status)), ...executions.map(nameOf)];
  const unknown = new Set(traced.filter((name) => !asked.has(name)));
  const earlier = unknown.size === 0 ? new Set<string>() : await askedBefore(env, unknown, from);
  for (const record of records) if (record.timestamp >= to) earlier.add(nameOf(record));
  const requests = withFates(
    records.filter(({ timestamp }) => timestamp < to),
    { registry, requestTopic, deadLetters, statuses, executions },
  );
  const evidence = { ...NO_EVIDENCE, requestTopic, requests, deadLetters, statuses, executions };
  return { evidence, committed, earlier, isCut, unreadable };
}

/** Which of them were asked for before that time. */
async function askedBefore(
  env: PlatformEnvironment,
  names: ReadonlySet<string>,
  to: EpochMs,
): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const record of readRequests(env, { to }))
    if (names.has(nameOf(record))) found.add(nameOf(record));
  return found;
}

async function standings(
  seen: Seen,
  temporal: TemporalLooks,
  { registry, detail = () => undefined }: Pick<LookOptions, 'registry' | 'detail'>,
): Promise<Gap[]> {
  const waiting = openRequests(seen).toReversed();
  const total = waiting.length;
  const found: Gap[] = [];
  const askNext = async (): Promise<void> => {
    for (let open = waiting.pop(); open !== undefined; open = waiting.pop()) {
      const { tenantId, deploymentId } = open.deployment;
      detail(`asking gates ${barText(found.length, total)}`);
      const tenant = tenantOf(registry, tenantId);
      const word = tenant === undefined ? undefined : await temporal.ask(tenant, deploymentId);
      found.push({
        kind: 'no-terminal',
        tenantId,
        deploymentId,
        ...standingOf(open, word),
        record: open.record,
      });
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askNext));
  return found;
}

const nameOf = ({ tenantId, deploymentId }: Pick<RequestRecord, 'tenantId' | 'deploymentId'>): string =>
  `${tenantId}/${deploymentId}`;
const nameOfStatus = (status: { readonly tenant_id: string; readonly deployment_id: string }): string =>
  `${status.tenant_id}/${status.deployment_id}`;

function executionOf({ startedAt: started, closedAt: closed, ...run }: ListedDeployment) {
  const { tenantId, deploymentId, namespace, neverRan } = run;
  return {
    tenantId,
    deploymentId,
    namespace,
    neverRan,
    started,
    ...(closed === undefined ? {} : { closed }),
  };
}
