import { choosePort, type KafkaAlias } from '@vecino/devstack';
import { RackLink } from './rack-link.js';

/** Services of the second rack reach each server over a link of their own. */
export interface Rack {
  readonly kafka: RackLink;
  readonly temporal: RackLink;
  readonly redis: RackLink;
  readonly kafkaAlias: KafkaAlias;
  /** Leads the links to the servers, and gives back the addresses that the rack's services are told. */
  leadTo(env: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The second instance of a service stands in the second rack. */
export const inSecondRack = (service: string): boolean => service.endsWith('-2');

export async function openRack(random: () => number = Math.random): Promise<Rack> {
  const reserved = new Set<number>();
  const from = 31_000 + Math.floor(random() * 1_500);
  const next = () => choosePort(from, reserved);
  const [kafka, temporal, redis] = [
    await RackLink.listen(await next()),
    await RackLink.listen(await next()),
    await RackLink.listen(await next()),
  ];
  const kafkaAlias = { port: await next(), advertisedPort: portOf(kafka.address) };
  return {
    kafka,
    temporal,
    redis,
    kafkaAlias,
    leadTo(env) {
      kafka.lead({ host: '127.0.0.1', port: kafkaAlias.port });
      temporal.lead(upstreamOf(env['TEMPORAL_ADDRESS'] ?? ''));
      const told: Record<string, string> = {
        KAFKA_BROKERS: kafka.address,
        TEMPORAL_ADDRESS: temporal.address,
      };
      const redisUrl = env['REDIS_URL'];
      if (redisUrl === undefined) return told;
      redis.lead(upstreamOf(new URL(redisUrl).host));
      return { ...told, REDIS_URL: `redis://${redis.address}` };
    },
    async close() {
      await Promise.all([kafka.close(), temporal.close(), redis.close()]);
    },
  };
}

const portOf = (address: string): number => Number(address.split(':')[1]);
const upstreamOf = (address: string) => ({ host: address.split(':')[0] ?? '', port: portOf(address) });
