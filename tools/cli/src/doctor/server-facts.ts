import { pingRedis } from '@vecino/devstack';
import { describeCluster } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment } from '../platform-access.js';
import { toldFault } from '../told-fault.js';

/** A server that the environment, or the platform of this clone, names. */
export interface ServerFact {
  readonly name: 'Kafka' | 'Temporal' | 'Redis';
  readonly address: string;
  /** Why it is of no use; undefined where it answers. */
  readonly fault?: string;
  /** What it says of itself. */
  readonly says?: string;
  /** Of its program, where it tells. */
  readonly version?: string;
}

const ANSWER_WITHIN_MS = 5_000;

/** Asks each server that is named, with all its credentials. */
export async function askServers(env: PlatformEnvironment): Promise<ServerFact[]> {
  const asked = await Promise.all([askKafka(env), askTemporalServer(env), askRedis(env)]);
  return asked.filter((fact) => fact !== undefined);
}

const factOf = (
  name: ServerFact['name'],
  address: string,
  env: PlatformEnvironment,
  ask: () => Promise<Pick<ServerFact, 'says' | 'version'>>,
): Promise<ServerFact> =>
  ask().then(
    (told): ServerFact => ({ name, address, ...told }),
    (error: unknown): ServerFact => {
      const { text, cause } = toldFault(error, env);
      return { name, address, fault: [text, ...cause].join(': ') };
    },
  );

async function askKafka(env: PlatformEnvironment): Promise<ServerFact | undefined> {
  const address = env['KAFKA_BROKERS'];
  if (!address) return undefined;
  return factOf('Kafka', address, env, async () => {
    const { brokers } = await describeCluster(kafkaOf(env));
    return { says: `${brokers} ${brokers === 1 ? 'broker' : 'brokers'}` };
  });
}

async function askTemporalServer(env: PlatformEnvironment): Promise<ServerFact | undefined> {
  const { TEMPORAL_ADDRESS: named, TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: profile } = env;
  if (!named && !file && !profile) return undefined;
  const { withTemporal } = await import('../temporal-access.js');
  return factOf('Temporal', named ?? `of the profile ${profile ?? 'default'}`, env, () =>
    withTemporal(env, async ({ connection }, { address, namespace }) => {
      const { serverVersion: version } = await connection.workflowService.getSystemInfo({});
      const says = `server ${version}, namespace ${namespace}${named ? '' : `, at ${address}`}`;
      return { says, ...(version && { version }) };
    }),
  );
}

async function askRedis(env: PlatformEnvironment): Promise<ServerFact | undefined> {
  const address = env['REDIS_URL'];
  // One that wants TLS or a password would not answer this question.
  if (!address?.startsWith('redis://') || address.includes('@')) return undefined;
  return factOf('Redis', address, env, async () => {
    const { hostname, port } = new URL(address);
    if (!(await pingRedis(Number(port || 6379), ANSWER_WITHIN_MS, hostname)))
      throw new Error(`nobody answers PING there`);
    return { says: 'answers' };
  });
}
