import {
  cloudEventHeaders,
  encodeRequest,
  EVENT_TYPES,
  framingFor,
  NETWORK_DEPLOYMENT_REQUEST_SCHEMA,
  type NetworkDeploymentRequest,
  type RequestFraming,
  topics,
} from '@vecino/contracts';
import { VecinoError } from '@vecino/foundation';
import { freshTraceparent } from '@vecino/messaging';
import { type CliErrorCode } from './cli-errors.js';
import { type SentRequest } from './deployment-story.js';
import { kafkaOf, type PlatformEnvironment, schemasOf } from './platform-access.js';
import { traceIdOf } from './status-feed.js';

export type RequestFormat = 'avro' | 'json';

/** A request that can be sent: its id says which deployment it becomes, and makes sending it twice harmless. */
export type IdentifiedRequest = NetworkDeploymentRequest & {
  readonly request_id: string;
  readonly requested_at: number;
};

/** A request in Kafka. */
export interface PlacedRequest extends SentRequest {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Writes each request to `deployment-requests`, each with a trace of its own. The records of one router keep their order.
 * @throws VecinoError REQUEST_NOT_SENT
 */
export async function sendRequests(
  env: PlatformEnvironment,
  requests: readonly IdentifiedRequest[],
  format: RequestFormat = 'avro',
): Promise<PlacedRequest[]> {
  const topic = topics(env['VECINO_TOPIC_PREFIX']).requests;
  const framing = await framingOf(env, format);
  const producer = kafkaOf(env).kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  try {
    await producer.connect();
    const placed: PlacedRequest[] = [];
    for (const request of requests) {
      const traceparent = freshTraceparent();
      const key = `${request.tenant_id}/${request.router_id}`;
      const [answer] = await producer.send({
        topic,
        acks: -1,
        messages: [{ key, ...encode(request, framing, traceparent) }],
      });
      placed.push({
        ...sentRequestOf(request, traceIdOf(traceparent)),
        topic,
        partition: answer?.partition ?? -1,
        offset: Number(answer?.baseOffset ?? -1),
      });
    }
    return placed;
  } catch (cause) {
    throw new VecinoError<CliErrorCode>(
      'REQUEST_NOT_SENT',
      `the request could not be written to ${topic} at ${env['KAFKA_BROKERS'] ?? ''}`,
      { disposition: 'retry', cause },
    );
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}

export async function framingOf(env: PlatformEnvironment, format: RequestFormat): Promise<RequestFraming> {
  if (format === 'json') return { kind: 'json' };
  return framingFor(NETWORK_DEPLOYMENT_REQUEST_SCHEMA, schemasOf(env).registry);
}

function encode(request: IdentifiedRequest, framing: RequestFraming, traceparent: string) {
  const { value, headers } = encodeRequest(request, framing);
  return {
    value,
    headers: cloudEventHeaders({
      id: request.request_id,
      type: EVENT_TYPES.request,
      source: '/vecino/cli',
      time: request.requested_at,
      subject: request.router_id,
      contentType: headers['content-type'],
      trace: { traceparent },
    }),
  };
}

const sentRequestOf = (request: IdentifiedRequest, traceId: string): SentRequest => ({
  tenantId: request.tenant_id,
  routerId: request.router_id,
  routerIp: request.router_ip,
  softwareVersion: request.software_version,
  deploymentId: request.request_id,
  traceId,
  requestedAt: request.requested_at,
});
