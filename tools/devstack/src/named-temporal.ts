import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** A Temporal that runs elsewhere, with all that it takes to be spoken to. */
export interface NamedTemporal {
  /** Variable that names it. */
  readonly variable: 'TEMPORAL_ADDRESS' | 'TEMPORAL_CONFIG_FILE' | 'TEMPORAL_PROFILE';
  readonly address: string;
  readonly options: ConnectionOptions;
}

/**
 * The server that Temporal's own configuration names: the address itself, or a profile of a file. As for services, a file
 * is read only where a variable says so. Throws where the file or a certificate cannot be read.
 */
export function namedTemporal(env: NodeJS.ProcessEnv): NamedTemporal | undefined {
  const variables = ['TEMPORAL_ADDRESS', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_PROFILE'] as const;
  const variable = variables.find((name) => env[name]);
  if (variable === undefined) return undefined;
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const { connectionOptions } = loadClientConnectConfig({
    overrideEnvVars: Object.fromEntries(set),
    disableFile: !env['TEMPORAL_CONFIG_FILE'] && !env['TEMPORAL_PROFILE'],
  });
  const { address } = connectionOptions;
  return address === undefined ? undefined : { variable, address, options: connectionOptions };
}
