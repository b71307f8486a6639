import { isTenantId, NAME_PATTERN, parseIp, type EpochMs, type Reason } from '@vecino/foundation';
import { type NetworkDeploymentRequest } from './gen/network-deployment-request.js';

/** 1 = highest … 5. */
export type Priority = 1 | 2 | 3 | 4 | 5;

export const MAX_REQUESTED_BY_CHARACTERS = 256;

/**
 * Times outside these are a wrong unit (seconds, microseconds) or a broken clock. Fixed, and not measured from now, so that
 * a record read again later is judged the same.
 */
export const EARLIEST_TIME: EpochMs = Date.UTC(2020, 0, 1);
export const LATEST_TIME: EpochMs = Date.UTC(2100, 0, 1);

/** What the schema cannot say of a request. Undefined when all holds, else `INVALID_FIELD` naming the first field at fault. */
export function validateRequest(request: NetworkDeploymentRequest): Reason | undefined {
  for (const { field, holds, expected } of RULES) {
    const value = request[field];
    if (!holds(value as never)) return invalidField(field, expected, value);
  }
  return undefined;
}

export const isPriority = (value: number): value is Priority =>
  Number.isInteger(value) && value >= 1 && value <= 5;

interface Rule<Field extends keyof NetworkDeploymentRequest> {
  readonly field: Field;
  readonly holds: (value: NetworkDeploymentRequest[Field]) => boolean;
  readonly expected: string;
}

type AnyRule = { [Field in keyof NetworkDeploymentRequest]: Rule<Field> }[keyof NetworkDeploymentRequest];

const isName = (text: string): boolean => NAME_PATTERN.test(text);
const isPlausibleTime = (time: EpochMs): boolean => time >= EARLIEST_TIME && time < LATEST_TIME;
const orNull =
  <T>(holds: (value: T) => boolean) =>
  (value: T | null): boolean =>
    value === null || holds(value);

const NAME = `must match ${NAME_PATTERN.source}`;
const TIME = 'must be milliseconds since the Unix epoch, between 2020 and 2100';
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

const RULES: readonly AnyRule[] = [
  { field: 'tenant_id', holds: isTenantId, expected: 'must match ^[a-z][a-z0-9-]{0,30}[a-z0-9]$' },
  { field: 'router_id', holds: isName, expected: NAME },
  {
    field: 'router_ip',
    holds: (text) => parseIp(text) !== undefined,
    expected: 'must be an address in canonical spelling (dotted IPv4 or RFC 5952)',
  },
  { field: 'software_version', holds: isName, expected: NAME },
  { field: 'request_id', holds: orNull(isName), expected: NAME },
  { field: 'requested_at', holds: orNull(isPlausibleTime), expected: TIME },
  {
    field: 'requested_by',
    holds: orNull((text) => text.length <= MAX_REQUESTED_BY_CHARACTERS && !CONTROL_CHARACTER.test(text)),
    expected: `must have at most ${MAX_REQUESTED_BY_CHARACTERS} characters and no control characters`,
  },
  { field: 'priority', holds: isPriority, expected: 'must be 1 to 5' },
  { field: 'not_before', holds: orNull(isPlausibleTime), expected: TIME },
];

const invalidField = (field: string, expected: string, found: unknown): Reason => ({
  code: 'INVALID_FIELD',
  text: `${field} ${expected}, found ${JSON.stringify(typeof found === 'string' ? found.slice(0, 128) : found)}`,
});
