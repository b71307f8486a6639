import { greetTemporal, kafkaClusterId, namedTemporal, pingRedis } from '@vecino/devstack';
import { isAlive } from './is-alive.js';
import { whyUnready } from './service-readiness.js';
import { type UpPart } from './up-state.js';

/** A server `answers` or is `silent`; a service is `ready` or `unready`, only `runs` where it does not say, or is `gone`. */
export type PartHealth = 'answers' | 'silent' | 'ready' | 'unready' | 'runs' | 'gone';

export interface PartStanding {
  readonly health: PartHealth;
  /** Of a service that is unready, and of a silent server where it is known. */
  readonly why?: string;
}

const ANSWER_WITHIN_MS = 3_000;

/** Asks the part itself. */
export async function partHealth(part: UpPart): Promise<PartStanding> {
  switch (part.kind) {
    case 'service':
      return serviceStanding(part);
    case 'server':
      return {
        health: (await answers(part).catch(() => false)) ? 'answers' : 'silent',
      };
  }
}

async function serviceStanding({ pid, healthAddress }: UpPart): Promise<PartStanding> {
  if (pid === undefined || !isAlive(pid)) return { health: 'gone' };
  if (healthAddress === undefined) return { health: 'runs' };
  const why = await whyUnready(healthAddress, ANSWER_WITHIN_MS);
  return why === undefined ? { health: 'ready' } : { health: 'unready', why };
}

async function answers({ name, origin, address = '' }: UpPart): Promise<boolean> {
  if (name === 'kafka') return (await kafkaClusterId(address.split(','), ANSWER_WITHIN_MS)) !== '';
  if (name === 'temporal') {
    // Somebody else's may want the credentials of the environment.
    const named =
      origin === 'environment' ? namedTemporal({ ...process.env, TEMPORAL_ADDRESS: address }) : undefined;
    return (await greetTemporal(address, ANSWER_WITHIN_MS, named?.options)) !== '';
  }
  const { hostname, port } = new URL(address);
  return pingRedis(Number(port || 6379), ANSWER_WITHIN_MS, hostname);
}
