import { ENTRY_KEYS, type EntryKey, ROUTES, STATUS_FORMATS, type TenantEntry, TIERS } from '@vecino/tenancy';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { nearMisses } from './near-misses.js';
import { usage } from '../refusal.js';

/** What `tenant add` and `tenant set` may say of a tenant; undefined where they don't. */
export interface EntryOptions {
  readonly name?: string;
  readonly tier?: string;
  readonly route?: string;
  readonly network?: readonly string[];
  readonly cap?: number;
  readonly intake?: number;
  readonly queue?: number;
  readonly weight?: number;
  readonly activities?: number;
  readonly statusFormat?: string;
  readonly devicePort?: number;
  readonly tls?: boolean;
  readonly lab?: boolean;
  /** `KEY=VALUE` for every other key; the value as JSON, or as text. */
  readonly key?: readonly string[];
}

type Keys = { readonly [K in EntryKey]?: unknown };

/** Both ways of a switch, so that "not said" is a third one. */
export const withEntryOptions = (command: Command): Command =>
  command
    .option('--name <name>', 'for people')
    .addOption(new Option('--tier <tier>', 'what decides all that is not said').choices(TIERS))
    .addOption(new Option('--route <route>', 'where its work runs').choices(ROUTES))
    .option('--network <cidr...>', 'where its routers are, as 10.1.0.0/16; all of them')
    .option('--cap <count>', 'deployments at the same time', numberArgument)
    .option('--intake <count>', 'requests per 60 s', numberArgument)
    .option('--queue <count>', 'requests that may wait', numberArgument)
    .option('--weight <share>', 'of the pool', numberArgument)
    .option('--activities <count>', 'activities at the same time in one worker', numberArgument)
    .addOption(new Option('--status-format <format>', 'of its statuses').choices(STATUS_FORMATS))
    .option('--device-port <port>', 'of gNOI and gNMI', numberArgument)
    .option('--tls', 'its routers are spoken to over TLS')
    .option('--no-tls', 'in plain text: laboratories only')
    .option('--lab', 'its routers may be at loopback addresses')
    .option('--no-lab')
    .option('--key <key=value...>', 'any other key, such as upgrade.soak_seconds=60 or images.allow=["2.*"]');

function numberArgument(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number.');
  return value;
}

const KEY_OF = {
  name: 'name',
  tier: 'tier',
  route: 'route',
  network: 'networks',
  cap: 'limits.max_concurrent_workflows_per_tenant',
  intake: 'limits.intake_per_60_s',
  queue: 'limits.queue',
  weight: 'limits.weight',
  activities: 'limits.max_concurrent_activities',
  statusFormat: 'status_format',
  devicePort: 'device.port',
  tls: 'device.tls',
  lab: 'lab',
} as const satisfies Record<Exclude<keyof EntryOptions, 'key'>, EntryKey>;

/**
 * The registry's keys that the options set; a null takes away what the entry says.
 * @throws Refusal for a key that there is not
 */
export function keysOf(options: EntryOptions, unset: readonly string[] = []): Keys {
  const keys: { [K in EntryKey]?: unknown } = {};
  for (const name of Object.keys(KEY_OF) as (keyof typeof KEY_OF)[])
    if (options[name] !== undefined) keys[KEY_OF[name]] = options[name];
  for (const pair of options.key ?? []) {
    const [, key = '', text = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === '') throw usage(`--key ${pair}: say KEY=VALUE`);
    keys[entryKey(key)] = valueOf(text);
  }
  for (const key of unset) keys[entryKey(key)] = null;
  return keys;
}

/** An entry that says what the keys say, and nothing else. */
export function entryOf(id: string, keys: Keys): TenantEntry {
  const entry: Record<string, unknown> = { id };
  for (const [key, value] of Object.entries(keys)) {
    const [outer = '', inner] = key.split('.');
    entry[outer] = inner === undefined ? value : { ...(entry[outer] as object | undefined), [inner]: value };
  }
  return entry as TenantEntry;
}

/** Also by the option's name: `cap` is `limits.max_concurrent_workflows_per_tenant`. */
function entryKey(typed: string): EntryKey {
  const known: readonly string[] = ENTRY_KEYS;
  if (known.includes(typed)) return typed as EntryKey;
  const option = typed.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (option in KEY_OF) return KEY_OF[option as keyof typeof KEY_OF];
  const near = nearMisses(typed, known);
  throw usage(
    `${typed} is no key of a tenant: ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : known.join(', ')}`,
  );
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
