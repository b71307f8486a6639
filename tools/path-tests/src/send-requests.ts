import { encodeRequest, SINGLE_OBJECT, topics } from '@vecino/contracts';
import { type Producer } from 'kafkajs';
import { type SentRequest } from './sent-request.js';

/** Produces the requests in the given order; a router's all go to one partition unless one is named. */
export async function sendRequests(
  producer: Producer,
  entries: readonly ProducedRequest[],
  { partition, headers }: { readonly partition?: number; readonly headers?: Record<string, string> } = {},
): Promise<void> {
  await producer.send({
    topic: topics().requests,
    acks: -1,
    messages: entries.map((entry) => {
      const encoded = encodeRequest(requestOf(entry), SINGLE_OBJECT);
      return {
        key: entry.routerId,
        value: encoded.value,
        headers: { ...encoded.headers, ...headers },
        ...(partition === undefined ? {} : { partition }),
      };
    }),
  });
}

/** What goes into the record. */
type ProducedRequest = Omit<SentRequest, 'mayEnd' | 'sentAt'>;

const requestOf = (entry: ProducedRequest) => ({
  request_id: entry.deploymentId,
  tenant_id: entry.tenantId,
  router_id: entry.routerId,
  router_ip: entry.routerIp,
  software_version: entry.softwareVersion,
});
