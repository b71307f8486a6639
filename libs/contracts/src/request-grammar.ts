import { parseIp, type Reason } from '@vecino/foundation';
import { firstFault, VALUE_RULES, type FieldRules } from './field-rules.js';
import { type NetworkDeploymentRequest } from './gen/network-deployment-request.js';

/** 1 = highest … 5. */
export type Priority = 1 | 2 | 3 | 4 | 5;

export const isPriority = (value: number): value is Priority =>
  Number.isInteger(value) && value >= 1 && value <= 5;

const RULES: FieldRules<NetworkDeploymentRequest> = [
  { field: 'tenant_id', ...VALUE_RULES.tenantId },
  { field: 'router_id', ...VALUE_RULES.name },
  {
    field: 'router_ip',
    holds: (text) => parseIp(text) !== undefined,
    expected: 'must be an address in canonical spelling (dotted IPv4 or RFC 5952)',
  },
  { field: 'software_version', ...VALUE_RULES.name },
  { field: 'request_id', ...VALUE_RULES.nameOrNull },
  { field: 'requested_at', ...VALUE_RULES.timeOrNull },
  { field: 'requested_by', ...VALUE_RULES.personOrNull },
  { field: 'priority', holds: isPriority, expected: 'must be 1 to 5' },
  { field: 'not_before', ...VALUE_RULES.timeOrNull },
  { field: 'retry_of', ...VALUE_RULES.nameOrNull },
];

/** What the schema cannot say of a request. Undefined when all holds, else `INVALID_FIELD` naming the first field at fault. */
export const validateRequest = (request: NetworkDeploymentRequest): Reason | undefined =>
  firstFault(request, RULES);
