import { encodeRequest, type NetworkDeploymentRequestInit, SINGLE_OBJECT } from '@vecino/contracts';
import type { PartitionBatch, SourceRecord } from '@vecino/messaging';

export const requestOf = (
  tenant_id: string,
  more: Partial<NetworkDeploymentRequestInit> = {},
): NetworkDeploymentRequestInit => ({
  tenant_id,
  router_id: 'r1',
  router_ip: '127.30.1.1',
  software_version: '7.2.1',
  ...more,
});

export function recordOf(
  request: NetworkDeploymentRequestInit,
  offset = 0,
): SourceRecord & { readonly headers: Record<string, Buffer> } {
  const { value, headers } = encodeRequest(request, SINGLE_OBJECT);
  const asBuffers = Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  );
  return { offset, timestamp: 1_700_000_000_000 + offset, key: null, value, headers: asBuffers };
}

export const batchOf = (records: readonly SourceRecord[]): PartitionBatch => ({
  topic: 'requests',
  partition: 0,
  records,
  nextOffset: (records.at(-1)?.offset ?? -1) + 1,
  bytes: 0,
});
