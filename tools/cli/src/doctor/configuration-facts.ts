import { existsSync } from 'node:fs';
import { errorText } from '@vecino/foundation';
import { parseKafkaSettings } from '@vecino/messaging';
import { readRegistryFile } from '@vecino/registry';
import { type Repository } from '../repository.js';

/** What is wrong with the variables that are set, and with the files that they name; one a line. */
export async function configurationFaults(repository: Repository, env: NodeJS.ProcessEnv): Promise<string[]> {
  return [...kafkaFaults(env), ...(await temporalFaults(env)), ...registryFaults(repository)];
}

function kafkaFaults(env: NodeJS.ProcessEnv): readonly string[] {
  if (env['KAFKA_BROKERS']) return parseKafkaSettings(env).faults;
  const others = Object.keys(env).filter((name) => /^KAFKA_(SSL|SASL)/.test(name) && env[name]);
  return others.length === 0 ? [] : [`${others.join(', ')} without KAFKA_BROKERS: nobody reads them`];
}

async function temporalFaults(env: NodeJS.ProcessEnv): Promise<string[]> {
  const isSet = Object.entries(env).some(([name, value]) => /^TEMPORAL_(?!UI_URL)/.test(name) && value);
  if (!isSet) return [];
  const { parseTemporalConfig } = await import('../temporal-configuration.js');
  try {
    parseTemporalConfig(env);
  } catch (error) {
    return [errorText(error)];
  }
  const isAlone = env['TEMPORAL_ADDRESS'] && !env['KAFKA_BROKERS'];
  return isAlone
    ? [
        'TEMPORAL_ADDRESS without KAFKA_BROKERS: ./vecino up uses it, all other commands look for the platform of this clone',
      ]
    : [];
}

function registryFaults({ tenantsFile }: Repository): string[] {
  if (!existsSync(tenantsFile)) return [`VECINO_TENANTS_FILE: there is no ${tenantsFile}`];
  try {
    readRegistryFile(tenantsFile);
    return [];
  } catch (error) {
    return [errorText(error)];
  }
}
