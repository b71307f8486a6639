import { type AskedRecord } from '../read-topics.js';

/** A request of acme for its router r1, on partition 0. */
export const asked = (
  deploymentId: string,
  offset: number,
  more: Partial<AskedRecord> = {},
): AskedRecord => ({
  partition: 0,
  offset,
  timestamp: offset,
  tenantId: 'acme',
  deploymentId,
  hasOwnId: true,
  routerId: 'r1',
  routerIp: '10.0.0.1',
  softwareVersion: '2.0.0',
  content: `content of ${deploymentId}`,
  digest: `0/${offset}`,
  fates: ['taken'],
  ...more,
});
