import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type VecinoError } from '@vecino/foundation';
import {
  choosePort,
  isPortFree,
  type Progress,
  type Service,
  silentProgress,
  type Stack,
  type StackOptions,
  startService,
  startStack,
} from '@vecino/devstack';
import { connectKafka, parseKafkaSettings, provisionTopics } from '@vecino/messaging';
import {
  certificateFiles,
  type RouterSettings,
  writeCertificates,
  writeImage,
} from '@vecino/router-simulator';
import { silentLogger } from '@vecino/telemetry';
import { type Registry } from '@vecino/tenancy';
import {
  IMAGE_VERSIONS,
  type PlannedService,
  planRouters,
  planServices,
  planSimulator,
} from './platform-plan.js';
import { readRegistry } from './read-registry.js';
import { type Repository } from './repository.js';

const DEVICE_PORT = 9339;
const IMAGE_BYTES = 8 * 1024 * 1024;

export interface PlatformOptions {
  readonly repository: Repository;
  /** Data and logs; the clone's own unless given. */
  readonly stateDir?: string;
  /** Thrown away when stopped, on ports that are in nobody's way. */
  readonly ephemeral?: boolean;
  readonly stack?: Omit<StackOptions, 'stateDir' | 'ephemeral' | 'progress' | 'env'>;
  /** Adds to and overrides this process's environment, for servers and services alike. */
  readonly env?: Readonly<Record<string, string>>;
  /** The simulated routers; ten per tenant of a laboratory unless given. `devicePort` is where the workers dial. */
  readonly routers?: (registry: Registry, devicePort: number) => readonly RouterSettings[];
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
  const { repository, progress = silentProgress } = options;
  const stateDir = options.stateDir ?? repository.stateDir;
  const registry = readRegistry(options.env?.['VECINO_TENANTS_FILE'] ?? repository.tenantsFile);
  const processEnv = { ...process.env, ...options.env };
  const stack = await startStack({
    ...options.stack,
    stateDir,
    ephemeral: options.ephemeral ?? false,
    progress,
    env: processEnv,
  });
  try {
    const lab = await prepareLab(options, registry, stateDir);
    const env = { ...stack.env, VECINO_TENANTS_FILE: repository.tenantsFile, ...lab.env, ...options.env };
    await progress.step('topics', () => createTopics({ ...processEnv, ...env }));
    const plan = [planSimulator(lab.configFile), ...planServices(registry.tenants)];
    const start = (service: PlannedService) =>
      progress.step(service.name, () =>
        startPlanned(service, { repository, stateDir, stack, env, processEnv }),
      );
    const services = await allOrNone(plan.map(start));
    return {
      stack,
      registry,
      env,
      services,
      died: stack.died,
      service: (name) => find(services, name),
      async stop() {
        await Promise.all(services.map((service) => service.stop()));
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

interface Lab {
  readonly configFile: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Writes what routers and workers share: images, certificates, and the port on which the routers listen. */
async function prepareLab(options: PlatformOptions, registry: Registry, stateDir: string): Promise<Lab> {
  const dir = join(stateDir, 'lab');
  await mkdir(dir, { recursive: true });
  const images =
    options.env?.['VECINO_IMAGES_DIR'] ?? process.env['VECINO_IMAGES_DIR'] ?? join(dir, 'images');
  for (const version of IMAGE_VERSIONS) {
    if (!existsSync(join(images, version, 'manifest.json')))
      await writeImage(images, version, IMAGE_BYTES, 'vecino');
  }
  const certificates = join(dir, 'certificates');
  await writeCertificates(certificates);
  const devicePort = await freeDevicePort(options, registry);
  const routers = (options.routers ?? planDefault)(registry, devicePort);
  const configFile = join(dir, 'router-simulator.json');
  const callLog = join(stateDir, 'logs', 'router-calls.jsonl');
  await writeFile(configFile, JSON.stringify({ routers, certificates, callLog }, null, 2));
  const { ca, clientCert, clientKey } = certificateFiles(certificates);
  return {
    configFile,
    env: {
      VECINO_IMAGES_DIR: images,
      VECINO_DEVICE_PORT: String(devicePort),
      VECINO_DEVICE_CA: ca,
      VECINO_DEVICE_CERT: clientCert,
      VECINO_DEVICE_KEY: clientKey,
    },
  };
}

const planDefault = (registry: Registry, devicePort: number) => planRouters(registry.tenants, devicePort);

/** Another clone's simulator may have the same addresses: then both keep apart by their ports. */
async function freeDevicePort(options: PlatformOptions, registry: Registry): Promise<number> {
  const routers = (options.routers ?? planDefault)(registry, DEVICE_PORT);
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
  readonly stack: Stack;
  readonly env: Readonly<Record<string, string>>;
  readonly processEnv: NodeJS.ProcessEnv;
}

const startPlanned = (service: PlannedService, around: Surroundings): Promise<Service> =>
  startService({
    supervisor: around.stack.supervisor,
    name: service.name,
    entry: join(around.repository.root, service.folder, 'dist', 'main.js'),
    args: service.args,
    env: { ...around.processEnv, ...around.env, ...service.env },
    cwd: around.repository.root,
    logPath: join(around.stateDir, 'logs', `${service.name}.log`),
  });

/** Waits for all before it fails, so that nothing starts behind the back of who cleans up. */
async function allOrNone<T>(starting: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(starting);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function find(services: readonly Service[], name: string): Service {
  const found = services.find((service) => service.name === name);
  if (found === undefined)
    throw new Error(`no service ${name}; there are ${services.map((service) => service.name).join(', ')}`);
  return found;
}
