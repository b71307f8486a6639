import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import {
  type Carried,
  configureSignal,
  EMPTY_CARRIED,
  foldGateHistory,
  GATE_WORKFLOW_TYPE,
  type GateEvent,
  type GateResult,
  gateWorkflowId,
  originOf,
  pageOf,
  type RebuildPage,
  type TenantMoved,
  type TenantSettings,
} from '@vecino/workflows';
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

/** Where a gate's state is to be found. */
interface Place {
  readonly client: Client;
  readonly workflowId: string;
  readonly settings: TenantSettings;
  /** What there is where no run of this namespace died; `last` is the one that completed. */
  readonly otherwise: (last: CompletedRun | undefined) => Promise<Carried | 'moved-on' | undefined>;
}

interface CompletedRun {
  readonly result: GateResult;
  /** Of the newest settings that it had. */
  readonly revision: number;
  /** What it knew. */
  readonly state: () => Promise<Carried | 'moved-on' | undefined>;
}

/**
 * What the tenant's gate knew when its last run died: read from that run's history, not from lists. Where the tenant
 * came from another namespace, what its gate there knew when it completed; this waits for that. Pages: the state may
 * be larger than one payload takes. An activity of the gate itself.
 */
export async function rebuildGate(
  deps: RebuildDependencies,
  input: { readonly settings: TenantSettings; readonly page: number },
): Promise<RebuildPage> {
  const context = Context.current();
  const heartbeat = setInterval(() => context.heartbeat(), 1_000);
  try {
    const { settings, page } = input;
    const { client } = deps;
    const workflowId = gateWorkflowId(settings.tenantId);
    const own = context.info.workflowExecution?.runId ?? '';
    const runs = await earlierRuns(client, workflowId, own, deps.visibilityLagMs ?? VISIBILITY_LAG_MS);
    const otherwise = (last: CompletedRun | undefined) => stateElsewhere(deps, settings, last);
    const carried = await stateOf({ client, workflowId, settings, otherwise }, runs);
    if (carried === 'moved-on') return { movedOn: true };
    return carried === undefined ? {} : pageOf(carried, page);
  } finally {
    clearInterval(heartbeat);
  }
}

/** The state of a gate without an earlier run here that died: the tenant is new, came back, came from elsewhere, or has gone. */
async function stateElsewhere(
  deps: RebuildDependencies,
  settings: TenantSettings,
  last: CompletedRun | undefined,
): Promise<Carried | 'moved-on' | undefined> {
  const { moved, namespace } = settings;
  const isHome = namespace === undefined || namespace === deps.client.options.namespace;
  // It had read what its tenant brought along, and has ended all of it.
  if (last?.result.kind === 'retired') return { ...EMPTY_CARRIED, positions: last.result.positions };
  if (isHome && moved !== undefined && moved.epoch > (last?.result.epoch ?? 0))
    return carriedFrom(deps, settings, moved);
  if (last === undefined) return undefined;
  if (!isHome || settings.revision <= last.revision) return 'moved-on';
  // Added anew after it was removed elsewhere: what waited here went along with it then.
  const left = await last.state();
  return left === undefined || left === 'moved-on'
    ? undefined
    : { ...EMPTY_CARRIED, positions: left.positions };
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

/** State in which the newest of the runs died; goes further back while a run died before it knew its own state. */
async function stateOf(place: Place, runs: readonly string[]): Promise<Carried | 'moved-on' | undefined> {
  const { client, workflowId } = place;
  const [newest, ...older] = runs;
  if (newest === undefined) return place.otherwise(undefined);
  const history = await client.workflow.getHandle(workflowId, newest).fetchHistory();
  const successor = successorOf(history);
  // The list does not show the run that this one continued as: ask for that one by its id.
  if (successor !== undefined && !runs.includes(successor) && (await isClosedRun(place, successor)))
    return stateOf(place, [successor, ...runs]);
  const converter = client.options.loadedDataConverter;
  const events = await gateEventsOf(history, converter);
  if (hasHandedOn(events)) return stateOf(place, older);
  const result = await gateResultOf(history, converter);
  const state = () => foldRun(place, events, older);
  return result === undefined
    ? state()
    : place.otherwise({ result, revision: newestRevision(events), state });
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** Whether it was started by a latecomer, and never knew anything but what that brought. */
const hasHandedOn = (events: readonly GateEvent[]): boolean =>
  events.some((event) => event.kind === 'rebuilt' && event.page.movedOn === true);

const newestRevision = (events: readonly GateEvent[]): number =>
  events.reduce((newest, event) => Math.max(newest, settingsIn(event)?.revision ?? 0), 0);

function settingsIn(event: GateEvent): TenantSettings | undefined {
  switch (event.kind) {
    case 'started':
      return event.input.settings;
    case 'submitted':
      return event.batch.settings;
    case 'configured':
      return event.settings;
    case 'commanded':
    case 'rebuilt':
    case 'child-asked-for':
    case 'child-started':
    case 'decided':
    case 'published':
    case 'letters-written':
      return undefined;
  }
}

async function foldRun(
  place: Place,
  events: readonly GateEvent[],
  older: readonly string[],
): Promise<Carried | 'moved-on' | undefined> {
  const origin = originOf(events);
  const known = origin.kind === 'known' ? origin.carried : await stateOf(place, older);
  if (known === 'moved-on') return known;
  return foldGateHistory(known ?? EMPTY_CARRIED, events, place.settings);
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
): Promise<Carried | 'moved-on' | undefined> {
  const client = deps.clientOf(fromNamespace);
  const workflowId = gateWorkflowId(settings.tenantId);
  const { cancellationSignal } = Context.current();
  for (let told = false; ;) {
    cancellationSignal.throwIfAborted();
    const { status, runId } = await describeGate(client, workflowId);
    if (status === 'COMPLETED') {
      const result = (await client.workflow.getHandle(workflowId, runId).result()) as GateResult;
      if (result.kind === 'moved' && result.epoch >= epoch) {
        const runs = [runId, ...(await listRuns(client, workflowId, runId))];
        return stateOf({ client, workflowId, settings, otherwise: (last) => leftBy(last) }, runs);
      }
    }
    if (status !== 'RUNNING' || !told) {
      await tellGateThatWasLeft(client, { ...settings, taskQueue: fromTaskQueue });
      // Whoever serves its queue looks whether it is there.
      await deps.wake?.(settings.tenantId);
      told = true;
    }
    await sleep(LOOK_INTERVAL_MS, undefined, { signal: cancellationSignal });
  }
}

async function leftBy(last: CompletedRun | undefined): Promise<Carried | 'moved-on' | undefined> {
  if (last?.result.kind === 'retired') return { ...EMPTY_CARRIED, positions: last.result.positions };
  return last?.state();
}

async function describeGate(client: Client, workflowId: string) {
  try {
    const { status, runId } = await client.workflow.getHandle(workflowId).describe();
    return { status: status.name, runId };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { status: 'NONE' as const, runId: '' };
    throw error;
  }
}

const tellGateThatWasLeft = (client: Client, settings: TenantSettings) =>
  client.workflow.signalWithStart(GATE_WORKFLOW_TYPE, {
    ...gateOptions(settings),
    signal: configureSignal,
    signalArgs: [settings],
  });
