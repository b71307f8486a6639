import { type Fault, FAULT_KINDS, type FaultKind } from './fault.js';
import { DISK_FAULTS } from './faults/disk-faults.js';
import { NETWORK_FAULTS } from './faults/network-faults.js';
import { OUTAGES } from './faults/outages.js';
import { PROCESS_FAULTS } from './faults/process-faults.js';
import { RECORD_FAULTS } from './faults/record-faults.js';
import { ROUTER_FAULTS } from './faults/router-faults.js';
import { SERVER_FAULTS } from './faults/server-faults.js';
import { TEMPORAL_FAULTS } from './faults/temporal-faults.js';
import { TENANT_FAULTS } from './faults/tenant-faults.js';

export const FAULTS: Readonly<Record<FaultKind, Fault>> = {
  ...PROCESS_FAULTS,
  ...SERVER_FAULTS,
  ...OUTAGES,
  ...NETWORK_FAULTS,
  ...DISK_FAULTS,
  ...RECORD_FAULTS,
  ...TEMPORAL_FAULTS,
  ...TENANT_FAULTS,
  ...ROUTER_FAULTS,
};

/** @throws Error naming what is no fault. */
export function parseKinds(text: string): FaultKind[] {
  const asked = text.split(',').map((kind) => kind.trim());
  const unknown = asked.filter((kind) => !(FAULT_KINDS as readonly string[]).includes(kind));
  if (unknown.length > 0)
    throw new Error(`no fault is called ${unknown.join(', ')}; there are ${FAULT_KINDS.join(', ')}`);
  return asked as FaultKind[];
}
