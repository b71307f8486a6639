import { createHttpSchemaRegistry, type RecordDecoderOptions } from '@vecino/contracts';
import { isClaimed } from '@vecino/devstack';
import { VecinoError } from '@vecino/foundation';
import { connectKafka, type KafkaClient, parseKafkaSettings } from '@vecino/messaging';
import { silentLogger } from '@vecino/telemetry';
import { type CliErrorCode } from './cli-errors.js';
import { upClaim } from './background.js';
import { type Repository } from './repository.js';
import { readUpState } from './up-state.js';

/** What a client of a platform needs to know, as environment variables. */
export type PlatformEnvironment = Readonly<Record<string, string | undefined>>;

/** The platform that runs for this clone, from `up` or `demo`. */
export async function runningPlatform(repository: Repository): Promise<PlatformEnvironment | undefined> {
  const state = readUpState(repository.stateDir);
  if (state?.phase !== 'running' || !(await isClaimed(upClaim(repository)))) return undefined;
  const ui = state.parts.find(({ uiUrl }) => uiUrl !== undefined)?.uiUrl;
  return { ...process.env, ...(ui === undefined ? {} : { TEMPORAL_UI_URL: ui }), ...state.env };
}

/**
 * The platform that the environment names, or else the one that runs for this clone.
 * @throws VecinoError NO_PLATFORM
 */
export async function findPlatform(repository: Repository): Promise<PlatformEnvironment> {
  if (process.env['KAFKA_BROKERS']) return process.env;
  const running = await runningPlatform(repository);
  if (running !== undefined) return running;
  throw new VecinoError<CliErrorCode>('NO_PLATFORM', 'no platform runs here', { disposition: 'terminal' });
}

/** @throws VecinoError KAFKA_CONFIG that lists every fault. */
export function kafkaOf(env: PlatformEnvironment): KafkaClient {
  const { settings, faults } = parseKafkaSettings(env);
  if (settings === undefined)
    throw new VecinoError<CliErrorCode>('KAFKA_CONFIG', faults.join('\n'), { disposition: 'terminal' });
  return connectKafka(settings, 'vecino-cli', silentLogger);
}

/** The platform's schema registry, where it has one, as the option of decoders and codecs. */
export function schemasOf(env: PlatformEnvironment): Pick<RecordDecoderOptions, 'registry'> {
  const url = env['SCHEMA_REGISTRY_URL'];
  return url ? { registry: createHttpSchemaRegistry({ url }) } : {};
}
