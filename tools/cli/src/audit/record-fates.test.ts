import { NO_EVIDENCE } from '@vecino/audit';
import { type Registry } from '@vecino/tenancy';
import { type Surroundings, withFates } from './record-fates.js';
import { asked } from './testing/asked.js';

const registry = { tenants: [{ id: 'acme' }] } as unknown as Registry;
const around: Surroundings = { ...NO_EVIDENCE, registry };
const fates = (record: Parameters<typeof asked>[2] = {}, more: Partial<Surroundings> = {}) =>
  withFates([asked('d1', 5, record)], { ...around, ...more })[0]?.fates;

const status = {
  event_id: '',
  deployment_id: 'd1',
  tenant_id: 'acme',
  router_id: '',
  software_version: '',
  sequence: 0,
  occurred_at: 0,
  details: {},
};
const told = (state: string, code: string) => ({
  statuses: [
    { owner: 'acme', offset: 0, timestamp: 0, status: { ...status, state, reason: { code, text: '' } } },
  ],
});
const ran = { executions: [{ tenantId: 'acme', deploymentId: 'd1', started: 0 }] };
const buried = (code: string) => ({
  deadLetters: [
    {
      partition: 0,
      offset: 0,
      timestamp: 0,
      code,
      original: { topic: 'deployment-requests', partition: 0, offset: 5 },
      equal: { key: true, value: true, headers: true },
    },
  ],
});

it.each([
  ['of a tenant', fates(), ['taken']],
  ['of a tenant, buried for its address', fates({}, buried('ROUTER_OUTSIDE_NETWORKS')), ['taken', 'refused']],
  ['of a tenant that was not one then', fates({}, buried('UNKNOWN_TENANT')), ['undeliverable']],
  [
    'of a tenant that was removed',
    fates({ tenantId: 'gone' }, { ...buried('UNKNOWN_TENANT'), ...told('ACCEPTED', 'CAP_REACHED') }),
    ['undeliverable'],
  ],
  [
    'taken before its tenant was removed',
    fates({}, { ...buried('UNKNOWN_TENANT'), ...told('ACCEPTED', 'CAP_REACHED') }),
    ['taken', 'undeliverable'],
  ],
  ['of nobody', fates({ tenantId: 'gone' }), ['taken', 'undeliverable']],
  ['that is at fault', fates({ fates: ['refused'] }), ['refused']],
  ['that is at fault, of nobody', fates({ tenantId: 'gone', fates: ['refused'] }), ['undeliverable']],
  ['outside of its networks', fates({}, told('REJECTED', 'ROUTER_OUTSIDE_NETWORKS')), ['refused']],
  [
    'outside of its networks since it was started',
    fates({}, { ...told('REJECTED', 'ROUTER_OUTSIDE_NETWORKS'), ...ran }),
    ['taken'],
  ],
])('a record %s', (_, found, expected) => {
  expect(found).toEqual(expected);
});
