import { randomUUID } from 'node:crypto';
import { validateRequest } from '@vecino/contracts';
import { type Clock, systemClock, VecinoError } from '@vecino/foundation';
import { type CliErrorCode } from './cli-errors.js';
import { type IdentifiedRequest } from './send-requests.js';

/** A request as it is typed on the command line. */
export interface RequestOptions {
  readonly tenant: string;
  readonly router: string;
  readonly ip: string;
  readonly version: string;
  readonly priority: string;
  readonly notBefore?: string;
  readonly requestId?: string;
  readonly requestedBy?: string;
}

/** Where a field of a request is typed. */
const OPTION_OF: Readonly<Record<string, string>> = {
  tenant_id: '--tenant',
  router_id: '--router',
  router_ip: '--ip',
  software_version: '--version',
  request_id: '--request-id',
  requested_by: '--requested-by',
  priority: '--priority',
  not_before: '--not-before',
};

/**
 * The request that the options ask for, with an id of its own where none is given. Judged by the same rules as ingest's.
 * @throws VecinoError REQUEST_INVALID that names the option and what it must be
 */
export function draftRequest(options: RequestOptions, clock: Clock = systemClock): IdentifiedRequest {
  const request: IdentifiedRequest = {
    tenant_id: options.tenant,
    router_id: options.router,
    router_ip: options.ip,
    software_version: options.version,
    request_id: options.requestId ?? randomUUID(),
    requested_at: clock.now(),
    requested_by: options.requestedBy ?? null,
    priority: Number(options.priority),
    not_before: options.notBefore === undefined ? null : timeOf(options.notBefore),
    retry_of: null,
  };
  const fault = validateRequest(request);
  if (fault === undefined) return request;
  const [field = ''] = fault.text.split(' ', 1);
  throw invalid(`${OPTION_OF[field] ?? field}: ${fault.text}`);
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw invalid(`--not-before: must be a time such as 2027-01-31T22:00:00Z, found ${JSON.stringify(text)}`);
  return time;
}

const invalid = (text: string) =>
  new VecinoError<CliErrorCode>('REQUEST_INVALID', `nothing was sent. ${text}`, { disposition: 'terminal' });
