import { isPortFree, USUAL_PORTS } from '@vecino/devstack';
import { CONTROL_PORT, DEVICE_PORT } from '../lab.js';
import { type UpState } from '../up-state.js';
import { type PortOwner, portOwners } from './port-owner.js';

/** A port that somebody has. */
export interface TakenPort {
  /** What would use it: a server, or the variable that names it. */
  readonly name: string;
  readonly port: number;
  /** Undefined where nobody can tell. */
  readonly by?: PortOwner;
}

/** First router of the laboratory; away from loopback's own 127.0.0.1. */
const LAB_ADDRESS = '127.20.1.1';
/** Each service listens there itself. */
const LISTENING = ['VECINO_METRICS_ADDRESS', 'VECINO_HEALTH_ADDRESS'];

/** The usual ports that somebody has who is not of the platform of this clone. */
export async function takenPorts(up: UpState | undefined, env: NodeJS.ProcessEnv): Promise<TakenPort[]> {
  const usual = { ...USUAL_PORTS, routers: DEVICE_PORT, 'router-simulator': CONTROL_PORT };
  const ports = Object.entries(usual).map(([name, port]) => ({ name, port: port as number }));
  const free = await Promise.all(
    ports.map(({ name, port }) => (name === 'routers' ? isPortFree(port, LAB_ADDRESS) : isPortFree(port))),
  );
  const ours = new Set(up?.parts.flatMap(({ pid }) => pid ?? []));
  const taken = await withOwners(
    ports.filter((_, index) => !free[index]),
    env,
  );
  return taken.filter(({ by }) => by === undefined || !ours.has(by.pid));
}

/** Addresses of the environment at which a service could not listen. Port 0 takes any free one. */
export async function takenAddresses(env: NodeJS.ProcessEnv): Promise<TakenPort[]> {
  const asked = LISTENING.flatMap((name) => {
    const [, host = '', port] = /^(.*):(\d+)$/.exec(env[name] ?? '') ?? [];
    return Number(port) > 0 ? [{ name, host: host.replace(/^\[|\]$/g, ''), port: Number(port) }] : [];
  });
  const free = await Promise.all(asked.map(({ host, port }) => isPortFree(port, host)));
  return withOwners(
    asked.filter((_, index) => !free[index]),
    env,
  );
}

/** Every address of 127.0.0.0/8 is the machine's own on Linux, and only 127.0.0.1 elsewhere. */
export const hasLabAddresses = (): Promise<boolean> => isPortFree(0, LAB_ADDRESS);

async function withOwners(
  ports: readonly { readonly name: string; readonly port: number }[],
  env: NodeJS.ProcessEnv,
): Promise<TakenPort[]> {
  const owners = await portOwners(
    ports.map(({ port }) => port),
    env,
  );
  return ports.map(({ name, port }) => {
    const by = owners.get(port);
    return { name, port, ...(by && { by }) };
  });
}
