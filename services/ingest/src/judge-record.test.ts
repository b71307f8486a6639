import {
  createRequestDecoder,
  type DecodeResult,
  type NetworkDeploymentRequestInit,
} from '@vecino/contracts';
import type { SourceRecord } from '@vecino/messaging';
import { judgeRecord, type Verdict } from './judge-record.js';
import { trustTopicAcls } from './producer-identity.js';
import { recordOf, requestOf } from './testing/records-under-test.js';
import { registryOf } from './testing/registry-under-test.js';

const registry = registryOf('acme', 'other');
const decoder = createRequestDecoder();
const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

function judge(record: SourceRecord, identity = trustTopicAcls, tenants = registry): Verdict {
  const { offset, timestamp } = record;
  const position = { cluster: 'c', topic: 'requests', partition: 3, offset, timestamp };
  const decoded = decoder.decode(record) as DecodeResult;
  return judgeRecord({ registry: tenants, identity }, record, position, decoded, trace);
}

const judgeRequest = (request: NetworkDeploymentRequestInit, offset = 0): Verdict =>
  judge(recordOf(request, offset));

test('a good request becomes an item with everything the gate needs', () => {
  const request = requestOf('acme', {
    request_id: 'd-1',
    priority: 1,
    requested_by: 'ana',
    not_before: 1_800_000_000_000,
  });
  expect(judgeRequest(request, 7)).toMatchObject({
    kind: 'accepted',
    tenant: { id: 'acme' },
    item: {
      deploymentId: 'd-1',
      routerId: 'r1',
      routerIp: '127.30.1.1',
      softwareVersion: '7.2.1',
      priority: 1,
      requestedBy: 'ana',
      notBefore: 1_800_000_000_000,
      offset: 7,
      timestamp: 1_700_000_000_007,
      traceparent: trace.traceparent,
    },
  });
});

test('a request without an id gets one from its place, the same each time it is read', () => {
  const idAt = (offset: number): string | undefined => {
    const verdict = judgeRequest(requestOf('acme'), offset);
    return verdict.kind === 'accepted' ? verdict.item.deploymentId : undefined;
  };
  expect(idAt(1)).toMatch(/^[0-9a-f-]{36}$/);
  expect(idAt(1)).toBe(idAt(1));
  expect(idAt(1)).not.toBe(idAt(2));
});

test('a tenant that is not in the registry: a dead letter and nobody to tell', () => {
  expect(judgeRequest(requestOf('nobody'))).toMatchObject({
    kind: 'undeliverable',
    reason: { code: 'UNKNOWN_TENANT' },
  });
});

test.each([
  ['rubbish', Buffer.from('rubbish'), 'MALFORMED'],
  ['no value', null, 'EMPTY_VALUE'],
  ['an unknown schema', Buffer.from('c301aaaaaaaaaaaaaaaa00', 'hex'), 'UNKNOWN_SCHEMA'],
])('%s: a dead letter and nobody to tell', (_case, value, code) => {
  expect(judge({ ...recordOf(requestOf('acme')), value })).toMatchObject({
    kind: 'undeliverable',
    reason: { code },
  });
});

test.each([
  ['a router outside the networks', { router_ip: '127.30.2.1' }, 'ROUTER_OUTSIDE_NETWORKS'],
  ['an address in a second spelling', { router_ip: '127.030.1.1' }, 'INVALID_FIELD'],
  ['a priority that is none', { priority: 9 }, 'INVALID_FIELD'],
])('%s: refused, and its tenant hears of it', (_case, fields, code) => {
  expect(judgeRequest(requestOf('acme', { request_id: 'd-1', ...fields }))).toMatchObject({
    kind: 'refused',
    tenant: { id: 'acme' },
    reason: { code },
    item: { deploymentId: 'd-1', routerId: 'r1', refusal: { code } },
  });
});

test('an oversize record of a known tenant is refused with what could be read of it', () => {
  const record = recordOf(requestOf('acme', { request_id: 'big' }));
  const large = { ...record, headers: { ...record.headers, padding: Buffer.alloc(70_000) } };
  expect(judge(large)).toMatchObject({
    kind: 'refused',
    reason: { code: 'OVERSIZE' },
    item: { deploymentId: 'big', refusal: { code: 'OVERSIZE' } },
  });
});

test('an id that breaks the grammar is not used for the refusal', () => {
  const verdict = judgeRequest(requestOf('acme', { request_id: '../../etc' }));
  expect(verdict).toMatchObject({
    kind: 'refused',
    item: { deploymentId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

test('a refused request never has the fingerprint of a good one', () => {
  const good = judgeRequest(requestOf('acme', { request_id: 'd-1' }));
  const bad = judgeRequest(requestOf('acme', { request_id: 'd-1', priority: 9 }));
  const prints = [good, bad].map((verdict) =>
    verdict.kind === 'undeliverable' ? '' : verdict.item.fingerprint,
  );
  expect(prints[0]).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(prints[1]).toMatch(/^!/);
});

test('a producer that may not speak for the tenant causes nothing at the tenant', () => {
  const reason = { code: 'INVALID_FIELD', text: 'not signed' } as const;
  const verdict = judge(recordOf(requestOf('acme')), { basis: 'test', refusal: () => reason });
  expect(verdict).toEqual({ kind: 'undeliverable', reason });
});

test('a tenant that is being removed is told that it takes no more, and its request is no dead letter', () => {
  const tenants = registry.tenants.map((tenant) => ({ ...tenant, leaving: 'drain' as const }));
  const record = recordOf(requestOf('acme', { request_id: 'd-1' }));
  expect(judge(record, trustTopicAcls, { ...registry, tenants })).toMatchObject({
    kind: 'accepted',
    item: { deploymentId: 'd-1', refusal: { code: 'TENANT_DRAINING' } },
  });
});
