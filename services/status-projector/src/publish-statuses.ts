import { type StatusCodec, topics } from '@vecino/contracts';
import {
  type BatchProducer,
  type MessageSpan,
  nearestParent,
  type OutgoingRecord,
  startMessageSpan,
} from '@vecino/messaging';
import { isTerminalState, traceFields, type TraceHeaders, traceHeadersOf } from '@vecino/foundation';
import { ATTRIBUTES, type Logger, SPANS } from '@vecino/telemetry';
import type { PublishStatusesInput, ProjectorActivities, StatusChange } from '@vecino/workflows';
import { endTraces } from './deployment-span.js';
import type { StatusMeter } from './status-meter.js';
import { statusOfChange } from './status-of-change.js';
import type { StatusTopics } from './status-topics.js';

export interface PublishDependencies {
  readonly producer: Pick<BatchProducer, 'send'>;
  readonly codec: StatusCodec;
  readonly statusTopics: StatusTopics;
  readonly meter: StatusMeter;
  readonly topicPrefix: string;
  /** Whether spans are exported. */
  readonly tracing: boolean;
  readonly logger: Logger;
}

/**
 * Under the five seconds that the gate allows the activity: an attempt is given up before its retry begins. What it was just writing may
 * still come late; consumers go by `sequence`.
 */
const PUBLISH_WITHIN_MS = 4_500;

/**
 * All changes of a call go into one write, which calls from other gates share. A call fails when Kafka does not confirm
 * in time; the retry writes the same events again.
 */
export function createPublishStatuses(deps: PublishDependencies): ProjectorActivities['publishStatuses'] {
  return async (input) => {
    if (input.changes.length === 0) return;
    const deadline = Date.now() + PUBLISH_WITHIN_MS;
    const topic = topics(deps.topicPrefix).status(input.tenantId);
    const prepared = input.changes.map((change) => prepare(deps, topic, input, change));
    let failure: unknown;
    try {
      await deps.statusTopics.ensure(input.tenantId, PUBLISH_WITHIN_MS);
      await deps.producer.send(
        prepared.map(({ record }) => record),
        { timeoutMs: Math.max(1, deadline - Date.now()) },
      );
    } catch (err) {
      failure = err;
      deps.statusTopics.forget(input.tenantId);
      throw err;
    } finally {
      for (const { span } of prepared) span?.end(failure);
    }
    // What fails from here on must not have them published again.
    try {
      deps.meter.published(input.tenantId, input.changes, Date.now());
      if (deps.tracing) endTraces(input.tenantId, input.changes);
      for (const { change, span } of prepared)
        tell(deps.logger, input.tenantId, change, span?.trace ?? change);
    } catch (err) {
      deps.logger.warn({ err, tenant_id: input.tenantId }, 'statuses are published, but not measured');
    }
  };
}

/** The end of a deployment is news; what leads there is in its statuses. */
function tell(logger: Logger, tenantId: string, change: StatusChange, trace: TraceHeaders): void {
  const { deploymentId, routerId, state, sequence, reason, measured } = change;
  const fields = {
    tenant_id: tenantId,
    router_id: routerId,
    deployment_id: deploymentId,
    ...traceFields(trace),
    state,
    sequence,
    ...(reason !== undefined && { reason }),
  };
  if (isTerminalState(state) && measured?.again !== true) logger.info(fields, 'deployment ended');
  else logger.debug(fields, 'status published');
}

interface PreparedRecord {
  readonly change: StatusChange;
  readonly record: OutgoingRecord;
  readonly span?: MessageSpan;
}

function prepare(
  { codec, tracing }: PublishDependencies,
  topic: string,
  { tenantId, format }: PublishStatusesInput,
  change: StatusChange,
): PreparedRecord {
  const { deploymentId } = change;
  const parent = traceHeadersOf(change);
  const span = tracing ? startSendSpan(topic, tenantId, change, parent) : undefined;
  const { value, headers } = codec.encode(statusOfChange(tenantId, change), format, span?.trace ?? parent);
  return { change, record: { topic, key: deploymentId, value, headers }, ...(span && { span }) };
}

const startSendSpan = (
  topic: string,
  tenantId: string,
  { deploymentId, state, routerId }: StatusChange,
  parent: TraceHeaders,
): MessageSpan =>
  startMessageSpan({
    name: SPANS.statusSend,
    operation: 'send',
    topic,
    // A deployment publishes its phases in the request's own trace; a gate publishes for many at once, outside of all.
    parent: nearestParent(parent),
    attributes: {
      [ATTRIBUTES.tenantId]: tenantId,
      [ATTRIBUTES.deploymentId]: deploymentId,
      [ATTRIBUTES.routerId]: routerId,
      [ATTRIBUTES.deploymentState]: state,
      'messaging.kafka.message.key': deploymentId,
    },
  });
