import { createStatusCodec } from '@vecino/contracts';
import { VecinoError } from '@vecino/foundation';
import { readStatus } from './read-statuses.js';

const codec = createStatusCodec();
const { value, headers } = codec.encode(
  {
    event_id: 'e1',
    deployment_id: 'd1',
    tenant_id: 'acme',
    router_id: 'r1',
    software_version: '2.0.0',
    state: 'SUCCEEDED',
    sequence: 2 ** 31 - 1,
    occurred_at: 1,
  },
  'avro',
);
const record = { topic: 'deployment-status.acme', partition: 0, offset: 12, timestamp: 5 };

it('a status is read', async () => {
  expect(await readStatus(codec, 'acme', { ...record, key: null, value, headers })).toMatchObject({
    owner: 'acme',
    offset: 12,
    timestamp: 5,
    status: { deployment_id: 'd1', state: 'SUCCEEDED' },
  });
});

it('one that cannot be read is told of by its place and its key, and ends nothing', async () => {
  const unreadable = { ...record, value: Buffer.from('no status'), headers: {} };
  expect(await readStatus(codec, 'acme', { ...unreadable, key: Buffer.from('d1') })).toEqual({
    owner: 'acme',
    topic: 'deployment-status.acme',
    offset: 12,
    deploymentId: 'd1',
    text: expect.stringContaining('neither Avro single-object encoding nor the Confluent wire format'),
  });
  expect(await readStatus(codec, 'acme', { ...unreadable, key: null })).toMatchObject({ deploymentId: '' });
});

it('what cannot be known now is no unreadable status', async () => {
  const away = new VecinoError('REGISTRY_AWAY', 'no schema registry answers', { disposition: 'retry' });
  const decode = () => Promise.reject(away);
  await expect(readStatus({ decode }, 'acme', { ...record, key: null, value, headers })).rejects.toBe(away);
});
