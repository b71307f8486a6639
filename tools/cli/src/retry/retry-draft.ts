import { randomUUID } from 'node:crypto';
import { validateRequest } from '@vecino/contracts';
import { type Clock, systemClock } from '@vecino/foundation';
import { refusal } from '../refusal.js';
import { type IdentifiedRequest } from '../send-requests.js';
import { type OriginalRequest } from './original-request.js';

export interface RetryOptions {
  readonly tenantId: string;
  readonly deploymentId: string;
  /** Another version than was asked for. */
  readonly version?: string;
  readonly requestedBy: string;
}

/** Where the original's priority is lost. */
const DEFAULT_PRIORITY = 3;

/**
 * The request that repeats a deployment: as the old one, but with an id of its own and without its earliest time.
 * @throws Refusal where the old one could never have been executed
 */
export function draftRetry(
  original: OriginalRequest,
  { tenantId, deploymentId, version, requestedBy }: RetryOptions,
  clock: Clock = systemClock,
): IdentifiedRequest {
  const request: IdentifiedRequest = {
    tenant_id: tenantId,
    router_id: original.routerId,
    router_ip: original.routerIp,
    software_version: version ?? original.softwareVersion,
    request_id: randomUUID(),
    requested_at: clock.now(),
    requested_by: requestedBy,
    priority: original.priority ?? DEFAULT_PRIORITY,
    not_before: null,
    retry_of: deploymentId,
  };
  const fault = validateRequest(request);
  if (fault === undefined) return request;
  throw refusal(
    fault.code,
    `the request of ${deploymentId} can't be repeated as it was: ${fault.text}`,
    `ask for it anew, corrected: ./vecino request --tenant ${tenantId} …`,
  );
}
