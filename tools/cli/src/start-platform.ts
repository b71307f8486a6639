import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type VecinoError } from '@vecino/foundation';
import {
  choosePort,
  isPortFree,
  LOOPBACK,
  type Progress,
  type Service,
  silentProgress,
  type Stack,
  type StackOptions,
  startService,
  startStack,
  racingForPorts,
  Supervisor,
} from '@vecino/devstack';
import { connectKafka, parseKafkaSettings, provisionTopics } from '@vecino/messaging';
import { type RouterSettings, writeCertificates, writeImage } from '@vecino/router-simulator';
import { silentLogger } from '@vecino/telemetry';
import { type Registry } from '@vecino/tenancy';
import {
  FIRST_VERSION,
  IMAGE_VERSIONS,
  type PlannedService,
  planRouters,
  planServices,
  planSimulator,
} from './platform-plan.js';
import { readRegistry } from './read-registry.js';
import { type Repository } from './repository.js';

const DEVICE_PORT = 9339;
/** HTTP of the router simulator, on loopback. */
const CONTROL_PORT = 9340;
const IMAGE_BYTES = 8 * 1024 * 1024;

export interface PlatformOptions {
  readonly repository: Repository;
  /** Data and logs; the clone's own unless given. */
  readonly stateDir?: string;
  /** Thrown away when stopped, on ports that are in nobody's way. */
  readonly ephemeral?: boolean;
  readonly stack?: Pick<StackOptions, 'ports' | 'parts'>;
  /** Our programs as the last build left them, or straight from their sources (slower to start, for tests). */
  readonly run?: 'build' | 'sources';
  /** Adds to and overrides this process's environment, for servers and services alike. */
  readonly env?: Readonly<Record<string, string>>;
  /** The simulated routers; ten per tenant of a laboratory unless given. `devicePort` is where the workers dial. */
  readonly routers?: (registry: Registry, devicePort: number) => readonly RouterSettings[];
  /** What runs beside the simulator; one of each that the tenants need unless given. */
  readonly services?: (planned: readonly PlannedService[]) => readonly PlannedService[];
  readonly progress?: Progress;
}

/** Everything that takes a request to its status, running. */
export interface Platform {
  readonly stack: Stack;
  readonly registry: Registry;
  /** What our programs got: addresses, files, ports. Clients of the platform use the same. */
  readonly env: Readonly<Record<string, string>>;
  /** In the order in which they were planned; the simulator first. */
  readonly services: readonly Service[];
  service(name: string): Service;
  /** Settles with the reason when a server (not a service) ends that nobody stopped. */
  readonly died: Promise<VecinoError>;
  stop(): Promise<void>;
}

/**
 * Starts servers, topics, simulated routers and services, and returns when each is ready.
 * Whatever was started is ended again when anything fails.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { repository, progress = silentProgress, ephemeral = false } = options;
  const stateDir = options.stateDir ?? repository.stateDir;
  const processEnv = { ...process.env, ...options.env };
  const registry = readRegistry(options.env?.['VECINO_TENANTS_FILE'] ?? repository.tenantsFile);
  const supervisor = new Supervisor();
  if (ephemeral) supervisor.sweep(stateDir);
  const close = async () => {
    await supervisor.close();
    if (ephemeral) await rm(stateDir, { recursive: true, force: true });
  };
  try {
    const around = { repository, stateDir, supervisor, progress, run: options.run ?? 'build' };
    const [stack, lab] = await both(
      startStack({ ...options.stack, stateDir, ephemeral, progress, env: processEnv, supervisor }),
      startLab(options, registry, { ...around, env: processEnv }),
    );
    const env = { VECINO_TENANTS_FILE: repository.tenantsFile, ...options.env, ...stack.env, ...lab.env };
    const serviceEnv = { ...processEnv, ...env };
    await progress.step('topics', () => createTopics(serviceEnv));
    const planned = planServices(registry.tenants);
    const services = await allOrNone(
      (options.services?.(planned) ?? planned).map((plan) =>
        startPlanned(plan, { ...around, env: serviceEnv }),
      ),
    );
    const all = [lab.simulator, ...services];
    return {
      stack,
      registry,
      env,
      services: all,
      died: stack.died,
      service: (name) => find(all, name),
      async stop() {
        await Promise.all(services.map((service) => service.stop()));
        await Promise.all([lab.simulator.stop(), stack.stop()]);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Lab {
  readonly simulator: Service;
  readonly env: Readonly<Record<string, string>>;
}

/** Writes what routers and workers share (images, certificates) and starts the simulated routers on a port that is free. */
async function startLab(options: PlatformOptions, registry: Registry, around: Surroundings): Promise<Lab> {
  const dir = join(around.stateDir, 'lab');
  await mkdir(dir, { recursive: true });
  const images = around.env['VECINO_IMAGES_DIR'] ?? join(dir, 'images');
  // The first one too: it is what routers go back to.
  for (const version of [FIRST_VERSION, ...IMAGE_VERSIONS]) {
    if (!existsSync(join(images, version, 'manifest.json')))
      await writeImage(images, version, IMAGE_BYTES, 'vecino');
  }
  const certificates = join(dir, 'certificates');
  const { ca, clientCert, clientKey } = await writeCertificates(certificates);
  const routersAt = options.routers ?? defaultRouters;
  const configFile = join(dir, 'router-simulator.json');
  const callLog = join(around.stateDir, 'logs', 'router-calls.jsonl');
  return racingForPorts(async () => {
    const devicePort = await freeDevicePort(routersAt(registry, DEVICE_PORT));
    const routers = routersAt(registry, devicePort);
    const controlPort = await choosePort(CONTROL_PORT, new Set());
    const config = { routers, certificates, callLog, controlPort };
    await writeFile(configFile, JSON.stringify(config, null, 2));
    const simulator = await startPlanned(planSimulator(configFile), around);
    return {
      simulator,
      env: {
        VECINO_IMAGES_DIR: images,
        VECINO_DEVICE_PORT: String(devicePort),
        VECINO_DEVICE_CA: ca,
        VECINO_DEVICE_CERT: clientCert,
        VECINO_DEVICE_KEY: clientKey,
        VECINO_SIMULATOR_URL: `http://${LOOPBACK}:${controlPort}`,
      },
    };
  });
}

const defaultRouters = (registry: Registry, devicePort: number) => planRouters(registry.tenants, devicePort);

/** Another clone's routers may have the same addresses: then both keep apart by their ports. */
async function freeDevicePort(routers: readonly RouterSettings[]): Promise<number> {
  const first = routers[0]?.address;
  if (first === undefined) return DEVICE_PORT;
  return choosePort(DEVICE_PORT, new Set(), (port) => isPortFree(port, first));
}

async function createTopics(env: NodeJS.ProcessEnv): Promise<void> {
  const { settings, faults } = parseKafkaSettings(env);
  if (settings === undefined) throw new Error(faults.join('\n'));
  await provisionTopics(connectKafka(settings, 'vecino', silentLogger), env['VECINO_TOPIC_PREFIX']);
}

interface Surroundings {
  readonly repository: Repository;
  readonly stateDir: string;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly run: 'build' | 'sources';
  readonly env: NodeJS.ProcessEnv;
}

function startPlanned(service: PlannedService, around: Surroundings): Promise<Service> {
  const { root } = around.repository;
  const register = join(root, 'tools', 'devstack', 'register.cjs');
  const program =
    around.run === 'build'
      ? { entry: join(root, service.folder, 'dist', 'main.js') }
      : {
          entry: join(root, service.folder, 'src', 'main.ts'),
          nodeArgs: ['-C', '@vecino/source', '-r', register],
        };
  return around.progress.step(service.name, () =>
    startService({
      supervisor: around.supervisor,
      name: service.name,
      ...program,
      args: service.args,
      env: { ...around.env, ...service.env },
      cwd: root,
      logPath: join(around.stateDir, 'logs', `${service.name}.log`),
    }),
  );
}

/** Waits for all before it fails, so that nothing starts behind the back of who cleans up. */
async function allOrNone<T>(starting: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(starting);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await allOrNone<unknown>([first, second]);
  return [await first, await second];
}

function find(services: readonly Service[], name: string): Service {
  const found = services.find((service) => service.name === name);
  if (found === undefined)
    throw new Error(`no service ${name}; there are ${services.map((service) => service.name).join(', ')}`);
  return found;
}
