import { readFileSync } from 'node:fs';
import {
  type CommittedOffset,
  type Disturbance,
  type Evidence,
  type Fate,
  figuresOf,
  grantsInLog,
  type LedgerEntry,
  NO_EVIDENCE,
  type RouterLock,
  type StatusRecord,
  type TenantTerms,
} from '@vecino/audit';
import { topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { encodeSent, intakeOf, readExecutions, routerStates } from '@vecino/path-tests';
import { waitFor } from '@vecino/testing';
import { loadQuery, gateWorkflowId } from '@vecino/workflows';
import { type Trial } from './campaign.js';
import { CHAOS_TENANTS, GUEST, ROUGH } from './chaos-tenants.js';
import { digestOf } from './digest.js';
import { type Ground } from './ground.js';
import { type Operator } from './operator.js';
import { readHandovers } from './read-handovers.js';
import {
  deadLetterRecords,
  dump,
  dumpStatuses,
  REQUEST_TOPIC,
  requestRecords,
  statusRecords,
} from './read-topics.js';
import { logSink, searchCanaries, type Sink, topicSink } from './search-canaries.js';

const WINDOW_MS = 60_000;
/** How long a fault's backlog may take to drain: what `shared/reliability` asks for. */
const DRAIN_MS = 120_000;
/** How long an answer to a calm tenant may take where nothing is broken, on a machine that does nothing else. */
export const PROMPT_MS = 30_000;
/** How late the list of workflows may be in telling that one has closed. */
const LISTED_WITHIN_MS = 60_000;
/** During a fault that is shorter than this share of what an answer may take, nothing may have been due. */
const LONG_SHARE = 2 / 3;

export interface Seen {
  readonly ground: Ground;
  readonly trials: readonly Trial[];
  readonly commits: readonly CommittedOffset[];
  readonly operator: Operator;
  readonly promptMs: number;
  /** Finds the id of any request of this run. */
  readonly idPattern: RegExp;
}

/** Everything that is known of a run, from the topics, the histories and the routers: nothing that a service thinks of itself. */
export async function collectEvidence(seen: Seen): Promise<Evidence> {
  const { ground, trials, commits, operator } = seen;
  const { path, registryKafka } = ground.platform;
  const [requests, letters] = [
    await dump(registryKafka, REQUEST_TOPIC),
    await dump(registryKafka, topics().dlq),
  ];
  const statusDumps = await dumpStatuses(registryKafka);
  const statuses = statusRecords(statusDumps);
  const services = path.platform.services;
  // What closed a moment ago may still look open. What is open for good is the judge's to tell.
  await waitFor(
    async () => (await readExecutions(path.temporal)).every(({ closed }) => closed !== undefined),
    { what: 'the close of every deployment', timeoutMs: LISTED_WITHIN_MS, everyMs: 500 },
  ).catch(() => undefined);
  const sinks: Sink[] = [
    ...[...statusDumps].map(([owner, records]) => topicSink(topics().status(owner), owner, records)),
    topicSink(topics().dlq, 'shared', letters),
    ...services.map(({ name, logPath }) => logSink(name, ownerOfService(name), logPath)),
  ];
  const evidence: Evidence = {
    ...NO_EVIDENCE,
    ledger: ledgerOf(ground),
    requests: requestRecords(requests, fatesOf),
    requestTopic: REQUEST_TOPIC,
    deadLetters: deadLetterRecords(letters, requests),
    statuses,
    executions: await readExecutions(path.temporal),
    handovers: await readHandovers(path.temporal),
    routerLog: path.routerLog(),
    routers: await routerStates(path),
    locks: await locksOf(ground, statuses, operator),
    unlocks: [...operator.unlocked].map((deploymentId) => ({ tenantId: ROUGH.id, deploymentId })),
    grants: services
      .filter(({ name }) => name.startsWith('ingest'))
      .flatMap(({ logPath }) => grantsInLog(readFileSync(logPath, 'utf8'))),
    windowMs: WINDOW_MS,
    commits,
    tenants: CHAOS_TENANTS.map((tenant) => termsOf(tenant, seen.promptMs)),
    disturbances: trials.map((trial) => disturbanceOf(trial, seen.promptMs)),
    canaryFindings: searchCanaries(sinks, seen.idPattern),
  };
  return withHonestPromise(evidence, seen.promptMs);
}

/** An answer may take twice as long as the longest that nothing disturbed: how long that is depends on the machine. */
function withHonestPromise(evidence: Evidence, leastMs: number): Evidence {
  const undisturbed = figuresOf(evidence).tenants.flatMap(({ tenant, longest_undisturbed_ms: longest }) =>
    longest !== undefined && CHAOS_TENANTS.some(({ id, manner }) => id === tenant && manner === 'calm')
      ? [longest]
      : [],
  );
  const promptMs = Math.max(leastMs, ...undisturbed.map((longest) => 2 * longest));
  return {
    ...evidence,
    tenants: evidence.tenants.map((terms) => (terms.promptMs === undefined ? terms : { ...terms, promptMs })),
  };
}

const termsOf = (tenant: (typeof CHAOS_TENANTS)[number], promptMs: number): TenantTerms => ({
  tenantId: tenant.id,
  cap: { initial: tenant.cap, changes: [] },
  intake: { initial: intakeOf(tenant), changes: [] },
  ...(tenant.manner === 'calm' && { promptMs }),
});

const disturbanceOf = ({ kind, from, to, concerns, effect }: Trial, promptMs: number): Disturbance => ({
  what: kind,
  from,
  to,
  concerns,
  effective: effect !== undefined,
  leastProgress: to - from > LONG_SHARE * promptMs ? 1 : 0,
  drainMs: DRAIN_MS,
  ...(kind === 'dead-letters-away' && { deadLettersAway: true }),
});

/** The guest is away now and then: what comes then is nobody's. */
function fatesOf(tenantId: string | undefined, sound: boolean): readonly Fate[] {
  const known = CHAOS_TENANTS.some(({ id }) => id === tenantId);
  if (!known) return ['undeliverable'];
  if (!sound) return tenantId === GUEST.tenant.id ? ['refused', 'undeliverable'] : ['refused'];
  return tenantId === GUEST.tenant.id ? ['taken', 'undeliverable'] : ['taken'];
}

function ledgerOf({ load, sender }: Ground): LedgerEntry[] {
  const known = new Map(sender.records.map((record) => [record.digest, record]));
  const requests = load.ledger.map((request): LedgerEntry => {
    const { key, value } = encodeSent(request);
    const digest = digestOf(key, value);
    const { tenantId, routerId, routerIp, softwareVersion, deploymentId, mayEnd } = request;
    const sent = known.get(digest);
    known.delete(digest);
    return {
      tenantId,
      routerId,
      routerIp,
      softwareVersion,
      mayEnd,
      digest,
      requestId: deploymentId,
      canary: deploymentId,
      sentAt: sent?.sentAt ?? request.sentAt,
      outcome: sent?.outcome ?? 'unknown',
    };
  });
  const poison = [...known.values()].map(({ digest, sentAt, outcome }): LedgerEntry => {
    const nothing = { tenantId: '', routerId: '', routerIp: '', softwareVersion: '' };
    return { ...nothing, sentAt, outcome, digest };
  });
  return [...requests, ...poison];
}

const ownerOfService = (name: string): string =>
  name.startsWith('worker-dedicated-') ? name.slice('worker-dedicated-'.length) : 'shared';

/** Routers whose deployment says that they are quarantined, where the gate says that it holds as many. */
async function locksOf(
  { platform }: Ground,
  statuses: readonly StatusRecord[],
  operator: Operator,
): Promise<RouterLock[]> {
  const handle = platform.path.temporal.workflow.getHandle(gateWorkflowId(ROUGH.id));
  const { quarantined } = await handle.query(loadQuery);
  if (quarantined === 0) return [];
  const told = statuses.filter(
    ({ status }) =>
      isTerminalState(status.state) &&
      status.details['router'] === 'quarantined' &&
      !operator.unlocked.has(status.deployment_id),
  );
  return told.map(({ status }) => ({
    tenantId: status.tenant_id,
    deploymentId: status.deployment_id,
    alerted: true,
  }));
}
