import {
  type DeploymentCommandInit,
  encodeCommand,
  encodeRequest,
  type NetworkDeploymentRequestInit,
  SINGLE_OBJECT,
} from '@vecino/contracts';
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

export const commandOf = (
  tenant_id: string,
  more: Partial<DeploymentCommandInit> = {},
): DeploymentCommandInit => ({
  command_id: 'c-1',
  tenant_id,
  deployment_id: 'd-1',
  action: 'CANCEL',
  ...more,
});

type Produced = SourceRecord & { readonly headers: Record<string, Buffer> };

export const recordOf = (request: NetworkDeploymentRequestInit, offset = 0): Produced =>
  produced(encodeRequest(request, SINGLE_OBJECT), offset);

export const commandRecordOf = (command: DeploymentCommandInit, offset = 0): Produced =>
  produced(encodeCommand(command, SINGLE_OBJECT), offset);

function produced(
  { value, headers }: Pick<ReturnType<typeof encodeRequest>, 'value' | 'headers'>,
  offset: number,
): Produced {
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
