import { METRICS } from '@vecino/telemetry';
import { type Objectives, objectivesOf, type StartBound } from '@vecino/telemetry/slo';
import { parse } from 'yaml';

const BOUNDS: readonly StartBound[] = METRICS.queueWait.buckets;
const isShare = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1;
const isBound = (value: unknown): value is StartBound => BOUNDS.some((bound) => bound === value);

/** What each key of the file has to be, in words for whoever edits it. */
const KEYS = {
  success: 'a share above 0 and below 1, as 0.99 for 99 %',
  start_in_time: 'a share above 0 and below 1, as 0.95 for 95 %',
  start_within_seconds: `one of the seconds by which waits are counted: ${BOUNDS.join(', ')}`,
} as const;
type Key = keyof typeof KEYS;

/** What `text`, a file of service levels, promises. @throws Error that names all faults of `source`, one a line */
export function parseServiceLevels(text: string, source: string): Objectives {
  const given = readKeys(text, source);
  const { success, start_in_time: startInTime, start_within_seconds: startWithinSeconds } = given;
  const misspelt = Object.keys(given).filter((key) => !Object.hasOwn(KEYS, key));
  const faults = [
    ...misspelt.map((key) => `${key} is no key of this file; there are ${Object.keys(KEYS).join(', ')}`),
    ...(isShare(success) ? [] : [faultOf('success', success)]),
    ...(isShare(startInTime) ? [] : [faultOf('start_in_time', startInTime)]),
    ...(isBound(startWithinSeconds) ? [] : [faultOf('start_within_seconds', startWithinSeconds)]),
  ];
  if (faults.length > 0 || !isShare(success) || !isShare(startInTime) || !isBound(startWithinSeconds))
    throw new Error(faults.map((fault) => `${source}: ${fault}`).join('\n'));
  return objectivesOf({ success, startInTime, startWithinSeconds });
}

const faultOf = (key: Key, value: unknown): string =>
  `${key} is ${value === undefined ? 'missing' : JSON.stringify(value)}: give ${KEYS[key]}`;

function readKeys(text: string, source: string): Partial<Record<Key, unknown>> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new Error(`${source} is no YAML: ${(cause as Error).message}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${source} has no keys: give ${Object.keys(KEYS).join(', ')}`);
  return value;
}
