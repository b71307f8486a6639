import { deadLetterAlone, TAKEN } from '../fate.js';
import { inGroup, pick } from '../poison-class.js';
import { avro } from '../request-record.js';

const UNKNOWN = deadLetterAlone('UNKNOWN_TENANT');

export const TENANT_CLASSES = inGroup('tenant', [
  {
    name: 'tenant-unknown',
    what: 'a tenant that nobody has added',
    fate: UNKNOWN,
    make: (_, context) => avro(context, { tenant_id: `t-${context.canary}` }),
  },
  {
    name: 'tenant-in-other-letters',
    what: 'a known tenant in capitals, with one capital, in full width',
    fate: UNKNOWN,
    make: (n, context) => {
      const { tenantId } = context;
      const first = tenantId.slice(0, 1);
      const wide = String.fromCharCode(first.charCodeAt(0) + 0xfee0);
      const spelt = pick(
        [tenantId.toUpperCase(), first.toUpperCase() + tenantId.slice(1), wide + tenantId.slice(1)],
        n,
      );
      return avro(context, { tenant_id: spelt });
    },
  },
  {
    name: 'tenant-with-whitespace',
    what: 'a known tenant with blanks around it',
    fate: UNKNOWN,
    make: (n, context) =>
      avro(context, {
        tenant_id: pick([` ${context.tenantId}`, `${context.tenantId} `, `\t${context.tenantId}\n`], n),
      }),
  },
  {
    name: 'tenant-lookalike',
    what: 'a known tenant with a letter of another script',
    fate: UNKNOWN,
    make: (n, context) =>
      avro(context, {
        tenant_id: `${context.tenantId.slice(0, -1)}${pick(['\u0430', '\u043e', '\u0455', '\u200d'], n)}`,
      }),
  },
  {
    name: 'tenant-prefix',
    what: 'the beginning of a known tenant, and a known tenant with more behind it',
    fate: UNKNOWN,
    make: (n, context) =>
      avro(context, {
        tenant_id: pick([context.tenantId.slice(0, -1), `${context.tenantId}-2`, `${context.tenantId}0`], n),
      }),
  },
  {
    name: 'tenant-named-like-insides',
    what: 'tenants called like the insides of objects',
    fate: UNKNOWN,
    make: (n, context) =>
      avro(context, { tenant_id: pick(['constructor', 'tostring', 'prototype', 'null', 'undefined'], n) }),
  },
  {
    name: 'tenant-removed',
    what: 'a tenant that was taken out of the registry',
    fate: UNKNOWN,
    make: (_, context) => avro(context, { tenant_id: context.removedTenantId }),
  },
  {
    name: 'tenant-leaving',
    what: 'a tenant that is being removed and takes nothing more',
    fate: { kind: 'turned away', code: 'TENANT_DRAINING' },
    make: (_, context) => ({
      ...avro(context, { tenant_id: context.leavingTenantId, router_ip: context.leavingIpv4 }),
      tenantId: context.leavingTenantId,
    }),
  },
  {
    name: 'id-of-another-tenant',
    what: 'an id that all tenants use: each has its own deployment of it',
    fate: TAKEN,
    make: (n, context) => avro(context, { request_id: `shared-${n >> 2}` }),
  },
]);
