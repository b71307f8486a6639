import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { prepareKafka } from './kafka-install.js';
import { kafkaClusterId, type KafkaPlace, startKafka } from './kafka-server.js';
import { racingForPorts } from './port-race.js';
import { choosePort, LOOPBACK, scatteredPorts } from './ports.js';
import { silentProgress } from './progress.js';
import { Supervisor } from './supervisor.js';

export interface KafkaCluster {
  /** The address of each broker; the first is the controller too, and broker 1. */
  readonly brokers: readonly string[];
  /** Also removes what the brokers have written. */
  stop(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 10_000;

/**
 * Several brokers for a test of what one by itself never does. They are gone when this process ends.
 * @throws VecinoError with a DevstackFault.
 */
export async function startKafkaCluster(
  count: number,
  stateDir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KafkaCluster> {
  const supervisor = new Supervisor();
  supervisor.sweep(stateDir);
  const stop = async (): Promise<void> => {
    await supervisor.close();
    await rm(stateDir, { recursive: true, force: true });
  };
  const reserved = new Set<number>();
  const portAt = (port: number) => choosePort(port, reserved);
  const wanted = scatteredPorts();
  try {
    const installation = await prepareKafka(cacheDir(env), silentProgress, env);
    const start = (name: string, ports: () => Promise<Omit<KafkaPlace, 'dir' | 'logPath' | 'ephemeral'>>) =>
      racingForPorts(async () => {
        const place = await ports();
        const dir = join(stateDir, name);
        const logPath = join(stateDir, 'logs', `${name}.log`);
        await startKafka(supervisor, installation, { ...place, dir, logPath, ephemeral: true }, env);
        return place;
      });
    const first = await start('broker-1', async () => ({
      brokerPort: await portAt(wanted.kafka),
      controllerPort: await portAt(wanted.kafkaController),
    }));
    const { controllerPort } = first;
    const clusterId = await kafkaClusterId([addressOf(first)], ANSWERS_WITHIN_MS);
    const others = await Promise.all(
      Array.from({ length: count - 1 }, (_, index) => index + 2).map((nodeId) =>
        start(`broker-${nodeId}`, async () => ({
          brokerPort: await portAt(wanted.kafka),
          controllerPort,
          joins: { clusterId, nodeId },
        })),
      ),
    );
    return { brokers: [first, ...others].map(addressOf), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const addressOf = ({ brokerPort }: { readonly brokerPort: number }): string => `${LOOPBACK}:${brokerPort}`;
