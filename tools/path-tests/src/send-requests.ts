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
      const encoded = encodeSent(entry);
      return {
        ...encoded,
        headers: { ...encoded.headers, ...headers },
        ...(partition === undefined ? {} : { partition }),
      };
    }),
  });
}

/** Key and value are the same for the same request. */
export function encodeSent(entry: ProducedRequest) {
  const { value, headers } = encodeRequest(requestOf(entry), SINGLE_OBJECT);
  return { key: entry.routerId, value, headers };
}

/** What goes into the record. */
export type ProducedRequest = Omit<SentRequest, 'mayEnd' | 'sentAt'>;

const requestOf = (entry: ProducedRequest) => ({
  request_id: entry.deploymentId,
  tenant_id: entry.tenantId,
  router_id: entry.routerId,
  router_ip: entry.routerIp,
  software_version: entry.softwareVersion,
});
