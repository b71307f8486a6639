import { createServer } from 'node:net';
import { devstackError } from './fault.js';

/** All development servers listen here only. */
export const LOOPBACK = '127.0.0.1';

/** The ports a stack listens on. */
export interface StackPorts {
  readonly kafka: number;
  readonly kafkaController: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly redis: number;
}

export const USUAL_PORTS: StackPorts = {
  kafka: 9092,
  kafkaController: 9093,
  temporal: 7233,
  temporalUi: 8233,
  redis: 6379,
};

const TRIES = 200;

/**
 * The first port at or above `wanted` that `isFree` accepts and `reserved` does not hold; it is then added to `reserved`.
 * @throws NO_FREE_PORT after 200 taken ports.
 */
export async function choosePort(
  wanted: number,
  reserved: Set<number>,
  isFree: (port: number) => Promise<boolean> = (port) => isPortFree(port),
): Promise<number> {
  const last = Math.min(wanted + TRIES, 65_536);
  for (let port = wanted; port < last; port += 1) {
    if (reserved.has(port)) continue;
    reserved.add(port); // before the question, or a second caller asks about the same port meanwhile
    if (await isFree(port)) return port;
    reserved.delete(port);
  }
  throw devstackError('NO_FREE_PORT', `ports ${wanted} to ${last - 1} are all taken: stop what uses them`);
}

/** Starting points for a stack that must not be in anybody's way, below the range from which systems take client ports. */
export function scatteredPorts(random: () => number = Math.random): StackPorts {
  const base = 15_000 + Math.floor(random() * 1_000) * 15;
  return {
    kafka: base,
    kafkaController: base + 3,
    temporal: base + 6,
    temporalUi: base + 9,
    redis: base + 12,
  };
}

export function isPortFree(port: number, host: string = LOOPBACK): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Whether the end of a server's log says that somebody else took its port after it was chosen. */
export const saysPortTaken = (text: string): boolean =>
  /address already in use|EADDRINUSE|BindException|Failed to bind|can't set (frontend|UI) port/i.test(text);
