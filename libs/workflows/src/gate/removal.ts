import type { Reason } from '@vecino/foundation';
import type { SubmitCommand } from '../api/gate-protocol.js';
import type { TakenItem } from './carried.js';

/** Who cancels when a tenant is removed. */
export const REMOVAL = 'the removal of the tenant';

/** To a request that came after the removal was ordered. */
export const TENANT_DRAINING: Reason = {
  code: 'TENANT_DRAINING',
  text: 'the tenant is being removed and takes no more requests',
};

/** Tells a running deployment to end if it still can. From no record: its terminal is the answer, and never a dead letter. */
export const cancelForRemoval = ({ deploymentId }: TakenItem): SubmitCommand => ({
  commandId: `removal/${deploymentId}`,
  deploymentId,
  action: 'CANCEL',
  requestedBy: REMOVAL,
  topic: '',
  partition: -1,
  offset: -1,
});
