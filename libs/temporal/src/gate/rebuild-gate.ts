import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import {
  type Carried,
  configureSignal,
  EMPTY_CARRIED,
  foldGateHistory,
  GATE_WORKFLOW_TYPE,
  type GateResult,
  gateWorkflowId,
  originOf,
  pageOf,
  type RebuildInput,
  type RebuildPage,
  type TenantMoved,
  type TenantSettings,
} from '@vecino/workflows';
import { describeGate } from './describe-gate.js';
import { gateOptions } from './gate-options.js';
import { gateEventsOf, gateResultOf } from './gate-history.js';

/** Lists lag behind: 50-113 ms on SQLite, seconds on Elasticsearch. "No earlier run" is believed only when said twice. */
export const VISIBILITY_LAG_MS = 1_000;

export interface RebuildDependencies {
  /** Of the gate's own namespace. */
  readonly client: Client;
  /** Of another one, from which the tenant may have come. */
  readonly clientOf: (namespace: string) => Client;
  /** Sees that a worker serves the tenant's queue on the shared namespace. */
  readonly wake?: (tenantId: string) => Promise<void>;
  readonly visibilityLagMs?: number;
}

/** What a gate begins with; undefined where there is nothing. `movedOn`: it is not its tenant's any more. */
type Found = { readonly carried: Carried } | { readonly movedOn: { readonly revision: number } } | undefined;

/** Where a gate's state is to be found. */
interface Place {
  readonly client: Client;
  readonly workflowId: string;
  readonly settings: TenantSettings;
  /** What there is where no run of this namespace died with a state of its own. */
  readonly otherwise: (completed: CompletedRun | undefined) => Promise<Found>;
}

type CompletedRun = Exclude<GateResult, { readonly kind: 'forwarded' }>;

/**
 * What the tenant's gate knew when its last run died: read from that run's history, not from lists. Where the tenant
 * came from another namespace, what its gate there knew when it completed; this waits for that. Pages: the state may
 * be larger than one payload takes. An activity of the gate itself.
 */
export async function rebuildGate(deps: RebuildDependencies, input: RebuildInput): Promise<RebuildPage> {
  const context = Context.current();
  const heartbeat = setInterval(() => context.heartbeat(), 1_000);
  try {
    const { settings, page } = input;
    const { client } = deps;
    const workflowId = gateWorkflowId(settings.tenantId);
    const own = context.info.workflowExecution?.runId ?? '';
    const runs = await earlierRuns(client, workflowId, own, deps.visibilityLagMs ?? VISIBILITY_LAG_MS);
    const otherwise = (completed: CompletedRun | undefined) => stateElsewhere(deps, settings, completed);
    const found = await stateOf({ client, workflowId, settings, otherwise }, runs);
    if (found === undefined) return {};
    if ('movedOn' in found) return found;
    const digest = digestOf(found.carried);
    // Another run may have come and gone since the first page was read.
    if (input.digest !== undefined && input.digest !== digest) return { changed: true };
    return { ...pageOf(found.carried, page), digest };
  } finally {
    clearInterval(heartbeat);
  }
}

const digestOf = (carried: Carried): string => hash('sha256', JSON.stringify(carried), 'base64url');

/**
 * The state of a gate none of whose earlier runs here died: its tenant is new, came from elsewhere, was removed and is back, or
 * has gone. Who starts a gate may know less than the run that completed.
 */
async function stateElsewhere(
  deps: RebuildDependencies,
  settings: TenantSettings,
  completed: CompletedRun | undefined,
): Promise<Found> {
  const { moved, namespace, revision } = settings;
  const isHome = namespace === undefined || namespace === deps.client.options.namespace;
  const isLaterMove = moved !== undefined && moved.epoch > (completed?.epoch ?? 0);
  if (isHome && isLaterMove) return carriedFrom(deps, settings, moved);
  if (completed === undefined) return undefined;
  const left = { carried: completed.left as Carried };
  switch (completed.kind) {
    case 'retired':
      return left;
    case 'moved':
      // It was removed where it had gone, and begins anew here; or left again before its gate here had begun.
      return (isHome && revision > completed.revision) || (!isHome && isLaterMove)
        ? left
        : { movedOn: { revision: completed.revision } };
  }
}

/** Earlier runs of the workflow, newest first, as soon as two lists that are the lag apart agree on the newest. */
async function earlierRuns(
  client: Client,
  workflowId: string,
  own: string,
  lagMs: number,
): Promise<string[]> {
  for (let before = await listRuns(client, workflowId, own); ;) {
    await sleep(lagMs);
    const now = await listRuns(client, workflowId, own);
    if (now[0] === before[0]) return now;
    before = now;
  }
}

async function listRuns(client: Client, workflowId: string, own: string): Promise<string[]> {
  const runs: { readonly runId: string; readonly startedAt: number }[] = [];
  const query = `WorkflowId = "${workflowId}"`;
  for await (const { runId, startTime } of client.workflow.list({ query }))
    if (runId !== own) runs.push({ runId, startedAt: startTime.getTime() });
  return runs.sort((a, b) => b.startedAt - a.startedAt).map(({ runId }) => runId);
}

/** State in which the newest of the runs died; goes further back while a run died before it knew its own state, or never had one. */
async function stateOf(place: Place, runs: readonly string[]): Promise<Found> {
  const { client, workflowId } = place;
  const [newest, ...older] = runs;
  if (newest === undefined) return place.otherwise(undefined);
  const history = await client.workflow.getHandle(workflowId, newest).fetchHistory();
  const successor = successorOf(history);
  // The list does not show the run that this one continued as: ask for that one by its id.
  if (successor !== undefined && !runs.includes(successor) && (await isClosedRun(place, successor)))
    return stateOf(place, [successor, ...runs]);
  const completed = await gateResultOf(history, client.options.loadedDataConverter);
  if (completed?.kind === 'forwarded') return stateOf(place, older);
  if (completed !== undefined) return place.otherwise(completed);
  return foldRun(place, history, older);
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

async function foldRun(place: Place, history: History, older: readonly string[]): Promise<Found> {
  const events = await gateEventsOf(history, place.client.options.loadedDataConverter);
  const origin = originOf(events);
  switch (origin.kind) {
    case 'forwarder':
      return stateOf(place, older);
    case 'known':
      return { carried: foldGateHistory(origin.carried, events, place.settings) };
    case 'predecessor': {
      const before = await stateOf(place, older);
      if (before !== undefined && 'movedOn' in before) return before;
      return { carried: foldGateHistory(before?.carried ?? EMPTY_CARRIED, events, place.settings) };
    }
  }
}

function successorOf(history: History): string | undefined {
  const last = history.events?.at(-1);
  return last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
}

async function isClosedRun({ client, workflowId }: Place, runId: string): Promise<boolean> {
  const description = await client.workflow.getHandle(workflowId, runId).describe();
  return description.status.name !== 'RUNNING';
}

const LOOK_INTERVAL_MS = 250;

/**
 * What the gate that the tenant left knew when it completed. It is told that it was left, and started again where it died
 * or never was: then too it first takes in what still comes to it.
 */
async function carriedFrom(
  deps: RebuildDependencies,
  settings: TenantSettings,
  { epoch, fromNamespace, fromTaskQueue }: TenantMoved,
): Promise<Found> {
  const client = deps.clientOf(fromNamespace);
  const workflowId = gateWorkflowId(settings.tenantId);
  const place = { client, workflowId, settings, otherwise: () => Promise.resolve(undefined) };
  const { cancellationSignal } = Context.current();
  for (let told = false; ;) {
    cancellationSignal.throwIfAborted();
    const { status, runId } = await describeGate(client, workflowId);
    if (status !== 'RUNNING' && status !== 'NONE') {
      const found = await stateOfLeft(place, [runId, ...(await listRuns(client, workflowId, runId))], epoch);
      if (found !== undefined) return found;
    }
    if (status !== 'RUNNING' || !told) {
      await deps.wake?.(settings.tenantId);
      await tellGateThatWasLeft(client, { ...settings, taskQueue: fromTaskQueue });
      told = true;
    }
    await sleep(LOOK_INTERVAL_MS, undefined, { signal: cancellationSignal });
  }
}

/** State with which the gate completed that the move of this epoch has left, behind whatever latecomers started since; undefined where it has not. */
async function stateOfLeft(place: Place, runs: readonly string[], epoch: number): Promise<Found> {
  const { client, workflowId } = place;
  const [newest, ...older] = runs;
  if (newest === undefined) return undefined;
  const history = await client.workflow.getHandle(workflowId, newest).fetchHistory();
  const result = await gateResultOf(history, client.options.loadedDataConverter);
  if (result?.kind === 'moved' && result.epoch >= epoch) return foldRun(place, history, older);
  const events = await gateEventsOf(history, client.options.loadedDataConverter);
  const isLatecomers = result?.kind === 'forwarded' || originOf(events).kind === 'forwarder';
  return isLatecomers ? stateOfLeft(place, older, epoch) : undefined;
}

const tellGateThatWasLeft = (client: Client, settings: TenantSettings) =>
  client.workflow.signalWithStart(GATE_WORKFLOW_TYPE, {
    ...gateOptions(settings, client.options.namespace),
    signal: configureSignal,
    signalArgs: [settings],
  });
