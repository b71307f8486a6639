import type { GateItem, TenantSettings } from '../../api/gate-protocol.js';

/** Settings of the tenant in the tests of the gate's book: one slot, and more room in the queue than they need. */
export const ACME: TenantSettings = {
  tenantId: 'acme',
  revision: 1,
  tier: 'standard',
  cap: 1,
  queueLimit: 100,
  taskQueue: 'tenant-acme-deployments',
  statusFormat: 'avro',
  paused: false,
};

/** Its n-th request, for a router of its own. */
export const acmeItem = (n: number): GateItem => ({
  deploymentId: `d${n}`,
  routerId: `r${n}`,
  routerIp: `10.0.0.${n}`,
  softwareVersion: '2.0.0',
  priority: 3,
  offset: n,
  timestamp: n,
  fingerprint: `f${n}`,
});
