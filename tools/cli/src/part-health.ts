import { greetTemporal, kafkaClusterId, pingRedis } from '@vecino/devstack';
import { isAlive } from './is-alive.js';
import { type UpPart } from './up-state.js';

/** A server `answers` or is `silent`; a service `runs` or is `gone`. */
export type PartHealth = 'answers' | 'silent' | 'runs' | 'gone';

const ANSWER_WITHIN_MS = 3_000;

/** Asks the part itself. */
export async function partHealth(part: UpPart): Promise<PartHealth> {
  switch (part.kind) {
    case 'service':
      return part.pid !== undefined && isAlive(part.pid) ? 'runs' : 'gone';
    case 'server':
      return (await answers(part.name, part.address ?? '').catch(() => false)) ? 'answers' : 'silent';
  }
}

async function answers(name: string, address: string): Promise<boolean> {
  if (name === 'kafka') return (await kafkaClusterId(address.split(','), ANSWER_WITHIN_MS)) !== '';
  if (name === 'temporal') return (await greetTemporal(address, ANSWER_WITHIN_MS)) !== '';
  const { hostname, port } = new URL(address);
  return pingRedis(Number(port || 6379), ANSWER_WITHIN_MS, hostname);
}
