import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Client } from '@temporalio/client';
import { ATTRIBUTES, linksTo, type Logger, SPANS } from '@vecino/telemetry';
import {
  commandSignal,
  configureSignal,
  type Explanation,
  explainQuery,
  GATE_WORKFLOW_TYPE,
  gateWorkflowId,
  type GateReport,
  loadQuery,
  type SubmitBatch,
  type SubmitCommand,
  submitSignal,
  type TenantSettings,
} from '@vecino/workflows';
import { POOL_TASK_QUEUE } from '@vecino/tenancy';
import { GateLoad } from './gate/gate-load.js';
import { gateOptions } from './gate/gate-options.js';
import { translateTemporalError } from './temporal-error.js';
import type { TenantWaker } from './tenant-waker.js';

export interface GateClient {
  /**
   * Hands a batch to the tenant's gate and starts the gate where it does not run. When it resolves, Temporal has the
   * batch on disk. A batch submitted again is ignored by the gate. Nothing is handed over whose wake is not written.
   *
   * @throws TemporalError
   */
  submit(batch: SubmitBatch): Promise<void>;
  /**
   * Hands a command to the tenant's gate and starts the gate where it does not run. A command given again is ignored by
   * the gate.
   *
   * @throws TemporalError
   */
  command(settings: TenantSettings, command: SubmitCommand): Promise<void>;
  /**
   * Tells the gate of newer settings. Only an open one: a gate that is started later gets them with its start.
   *
   * @throws TemporalError
   */
  configure(settings: TenantSettings): Promise<'told' | 'no-gate'>;
  /** @throws TemporalError, `TEMPORAL_UNAVAILABLE` also where no worker answers for the gate */
  explain(tenantId: string, deploymentId: string): Promise<Explanation>;
  /**
   * What the gate has to do; undefined where none is open.
   *
   * @throws TemporalError, `TEMPORAL_UNAVAILABLE` also where no worker answers for the gate
   */
  load(tenantId: string): Promise<GateReport | undefined>;
  /**
   * Lets any Worker have the gate's next task, at once. To be called before the one that had the last ends: what came
   * meanwhile would wait for that one for another ten seconds.
   *
   * @throws TemporalError
   */
  release(tenantId: string): Promise<void>;
  /**
   * Starts the gate unless it runs.
   *
   * @throws TemporalError
   */
  start(settings: TenantSettings): Promise<'started' | 'already-running'>;
}

export interface GateClientDependencies {
  readonly client: Client;
  readonly logger: Logger;
  /** Namespace of a tenant that has its own; undefined: the client's. */
  readonly namespaceOf?: (tenantId: string) => string | undefined;
  /** Sees that somebody serves the gate that is signalled or asked; absent where its queue is always served. */
  readonly waker?: TenantWaker;
}

/** Nothing reaches a gate later than this after the call for it was begun; `LATE_SENDS_MS` rests on it. */
export const GATE_CALL_LIMIT_MS = 10_000;
/** A query waits for a worker: nobody waits longer for an explanation. */
const QUERY_LIMIT_MS = 5_000;

export function createGateClient(deps: GateClientDependencies): GateClient {
  const { connection } = deps.client;
  const clients = clientsByNamespace(deps);
  const load = new GateLoad();
  const within = <T>(limitMs: number, call: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + limitMs, call);
  /** The pool is always served. All others are woken, also those that are on their way to another route. */
  const wake = async ({ tenantId, taskQueue }: TenantSettings): Promise<void> => {
    if (taskQueue !== POOL_TASK_QUEUE) await deps.waker?.wake(tenantId);
  };
  /**
   * Nothing is sent before its wake is written: who cannot write that tries again, and would send the same each time. The
   * limit holds for both together, and a Worker stays much longer than that.
   */
  const onceWoken = <T>(settings: TenantSettings, call: () => Promise<T>): Promise<T> =>
    inNobodysTrace(() =>
      within(GATE_CALL_LIMIT_MS, async () => {
        await wake(settings);
        return call();
      }),
    );

  return {
    async submit(batch) {
      const { settings, items } = batch;
      const span = startSubmitSpan(batch);
      try {
        await onceWoken(settings, async () => {
          const client = clients(settings.tenantId, settings);
          await load.check(client, settings.tenantId);
          return client.workflow.signalWithStart(GATE_WORKFLOW_TYPE, {
            ...gateOptions(settings, client.options.namespace),
            signal: submitSignal,
            signalArgs: [batch],
          });
        });
        deps.logger.debug({ tenant_id: settings.tenantId, items: items.length }, 'submitted to the gate');
      } catch (error) {
        const fault = translateTemporalError(
          error,
          `submit ${items.length} requests to ${gateWorkflowId(settings.tenantId)}`,
        );
        span.setAttribute('error.type', fault.code);
        span.setStatus({ code: SpanStatusCode.ERROR, message: fault.message });
        throw fault;
      } finally {
        span.end();
      }
    },

    async command(settings, command) {
      const { tenantId } = settings;
      const { commandId, deploymentId, action } = command;
      try {
        await onceWoken(settings, async () => {
          const client = clients(tenantId, settings);
          await load.check(client, tenantId);
          return client.workflow.signalWithStart(GATE_WORKFLOW_TYPE, {
            ...gateOptions(settings, client.options.namespace),
            signal: commandSignal,
            signalArgs: [command],
          });
        });
        deps.logger.info(
          { tenant_id: tenantId, deployment_id: deploymentId, command_id: commandId, action },
          'command given to the gate',
        );
      } catch (error) {
        throw translateTemporalError(error, `give command ${commandId} to ${gateWorkflowId(tenantId)}`);
      }
    },

    async configure(settings) {
      const { tenantId } = settings;
      const handle = clients(tenantId, settings).workflow.getHandle(gateWorkflowId(tenantId));
      try {
        await inNobodysTrace(() =>
          within(GATE_CALL_LIMIT_MS, () => handle.signal(configureSignal, settings)),
        );
        // Only now: a tenant without a gate is not worth a Worker. What is told again where that fails is small.
        await wake(settings);
        return 'told';
      } catch (error) {
        const fault = translateTemporalError(error, `tell ${gateWorkflowId(tenantId)} of its settings`);
        if (fault.code === 'WORKFLOW_NOT_FOUND') return 'no-gate';
        throw fault;
      }
    },

    async explain(tenantId, deploymentId) {
      const handle = clients(tenantId).workflow.getHandle(gateWorkflowId(tenantId));
      try {
        await deps.waker?.wake(tenantId);
        return await within(QUERY_LIMIT_MS, () => handle.query(explainQuery, deploymentId));
      } catch (error) {
        const fault = translateTemporalError(error, `ask ${gateWorkflowId(tenantId)} about ${deploymentId}`);
        if (fault.code !== 'WORKFLOW_NOT_FOUND') throw fault;
        return { state: 'unknown', sentence: `Tenant ${tenantId} has no gate: nothing was requested yet.` };
      }
    },

    async load(tenantId) {
      const client = clients(tenantId);
      try {
        const { status, runId } = await within(GATE_CALL_LIMIT_MS, () =>
          client.workflow.getHandle(gateWorkflowId(tenantId)).describe(),
        );
        // A closed gate would answer too, by a worker that reads its whole history.
        if (status.name !== 'RUNNING') return undefined;
        const handle = client.workflow.getHandle(gateWorkflowId(tenantId), runId);
        return await within(QUERY_LIMIT_MS, () => handle.query(loadQuery));
      } catch (error) {
        const fault = translateTemporalError(error, `ask ${gateWorkflowId(tenantId)} what it has to do`);
        if (fault.code !== 'WORKFLOW_NOT_FOUND') throw fault;
        return undefined;
      }
    },

    async release(tenantId) {
      const { namespace } = clients(tenantId).options;
      const execution = { workflowId: gateWorkflowId(tenantId) };
      try {
        await within(GATE_CALL_LIMIT_MS, () =>
          connection.workflowService.resetStickyTaskQueue({ namespace, execution }),
        );
      } catch (error) {
        const fault = translateTemporalError(error, `release ${gateWorkflowId(tenantId)}`);
        if (fault.code !== 'WORKFLOW_NOT_FOUND') throw fault;
      }
    },

    async start(settings) {
      try {
        await onceWoken(settings, () => {
          const client = clients(settings.tenantId, settings);
          return client.workflow.start(GATE_WORKFLOW_TYPE, {
            ...gateOptions(settings, client.options.namespace),
            workflowIdConflictPolicy: 'FAIL',
          });
        });
        return 'started';
      } catch (error) {
        const fault = translateTemporalError(error, `start ${gateWorkflowId(settings.tenantId)}`);
        if (fault.code === 'ALREADY_STARTED') return 'already-running';
        throw fault;
      }
    },
  };
}

/** By what the settings say where there are any: what is sent and where it goes are of one registry. */
function clientsByNamespace({
  client,
  namespaceOf,
}: GateClientDependencies): (tenantId: string, settings?: TenantSettings) => Client {
  const clients = new Map([[client.options.namespace, client]]);
  return (tenantId, settings) => {
    const namespace = settings?.namespace ?? namespaceOf?.(tenantId) ?? client.options.namespace;
    const known = clients.get(namespace);
    if (known) return known;
    const created = new Client({ connection: client.connection, namespace });
    clients.set(namespace, created);
    return created;
  };
}

/** The gate outlives every request: in the trace of the first one, its whole life would lie there. */
const inNobodysTrace = <T>(call: () => Promise<T>): Promise<T> => context.with(ROOT_CONTEXT, call);

/** A trace of its own that links to each request's. */
function startSubmitSpan({ settings, items, topic }: SubmitBatch) {
  const attributes = {
    [ATTRIBUTES.tenantId]: settings.tenantId,
    [ATTRIBUTES.batchItems]: items.length,
    'messaging.destination.name': topic,
  };
  const span = trace
    .getTracer('@vecino/temporal')
    .startSpan(SPANS.gateSubmit, { kind: SpanKind.PRODUCER, attributes }, ROOT_CONTEXT);
  if (span.isRecording()) span.addLinks(linksTo(items));
  return span;
}
