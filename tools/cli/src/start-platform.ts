import { rm } from 'node:fs/promises';
import { type VecinoError } from '@vecino/foundation';
import {
  type Progress,
  type Service,
  silentProgress,
  type Stack,
  type StackOptions,
  startStack,
  Supervisor,
} from '@vecino/devstack';
import { readRegistryFile } from '@vecino/registry';
import { editRegistry, type Registry } from '@vecino/tenancy';
import { applyOf } from './apply-of.js';
import { type PlanRouters, startLab, writeLabFiles } from './lab.js';
import { type PlannedService, planRouters, planServices, planTenantServices } from './platform-plan.js';
import { type Repository } from './repository.js';
import { allOrNone, startPlanned } from './start-planned.js';
import { openRegistry, provisionNamespaces } from './provision-platform.js';
import { TenantParts } from './tenant-parts.js';

export interface PlatformOptions {
  readonly repository: Repository;
  /** Data and logs; the clone's own unless given. */
  readonly stateDir?: string;
  /** Thrown away when stopped, on ports that are in nobody's way. */
  readonly ephemeral?: boolean;
  readonly stack?: Pick<StackOptions, 'ports' | 'parts' | 'durable' | 'kafkaAlias'>;
  /** Our programs as the last build left them, or straight from their sources (slower to start, for tests). */
  readonly run?: 'build' | 'sources';
  /** Adds to and overrides this process's environment, for servers and services alike. */
  readonly env?: Readonly<Record<string, string>>;
  /** The simulated routers; ten per tenant of a laboratory unless given. */
  readonly routers?: PlanRouters;
  /** What is started beside the simulator, made of what the tenants need and of the servers' addresses; workers for tenants that come later are as planned. */
  readonly services?: (
    planned: readonly PlannedService[],
    env: Readonly<Record<string, string>>,
  ) => readonly PlannedService[];
  /** Told of what cannot be done for a tenant that came or changed; it is tried again. */
  readonly onFault?: (error: unknown) => void;
  readonly progress?: Progress;
}

/** Everything that takes a request to its status, running. */
export interface Platform {
  readonly stack: Stack;
  /** As it is now. */
  readonly registry: Registry;
  /** Something worth saying about its start. */
  readonly notice: string | undefined;
  /** What our programs got: addresses, files, ports. Clients of the platform use the same. */
  readonly env: Readonly<Record<string, string>>;
  /** Those that run now: workers of single tenants come and go. The simulator first. */
  readonly services: readonly Service[];
  service(name: string): Service;
  /** Told whenever a service comes or goes for good. */
  onServices(listener: () => void): void;
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
  const tenantsFile = options.env?.['VECINO_TENANTS_FILE'] ?? repository.tenantsFile;
  const supervisor = new Supervisor();
  if (ephemeral) supervisor.sweep(stateDir);
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.toReversed()) await step();
    await supervisor.close();
    if (ephemeral) await rm(stateDir, { recursive: true, force: true });
  };
  try {
    const around = { repository, stateDir, supervisor, progress, run: options.run ?? 'build' };
    const starting = startStack({
      ...options.stack,
      stateDir,
      ephemeral,
      progress,
      env: processEnv,
      supervisor,
    });
    const writing = writeLabFiles({ stateDir, env: processEnv });
    await allOrNone<unknown>([starting, writing]);
    const [stack, files] = [await starting, await writing];
    const env = { VECINO_TENANTS_FILE: tenantsFile, ...options.env, ...stack.env };
    const stackEnv = { ...processEnv, ...env };
    const feed = await progress.step('topics', () => openRegistry(stackEnv, tenantsFile));
    closing.push(() => feed.close());
    const registry = feed.current();
    await provisionNamespaces(stackEnv, registry);
    const routersAt = options.routers ?? defaultRouters;
    const lab = await startLab(files, registry, routersAt, { ...around, env: stackEnv });
    const serviceEnv = { ...stackEnv, ...lab.env };
    const start = (plan: PlannedService) => startPlanned(plan, { ...around, env: serviceEnv });
    const planned = planServices(registry.tenants);
    const services = await allOrNone((options.services?.(planned, env) ?? planned).map(start));
    const own = new Set(planTenantServices(registry.tenants).map(({ name }) => name));
    const listeners = new Set<() => void>();
    const parts = new TenantParts(
      {
        start,
        follow: (next) => lab.follow(next),
        onChange: () => listeners.forEach((listener) => listener()),
        onFault: options.onFault ?? (() => undefined),
      },
      registry,
      services.filter(({ name }) => own.has(name)),
    );
    const shared = services.filter(({ name }) => !own.has(name));
    const all = () => [lab.simulator, ...shared, ...parts.services];
    closing.push(() => parts.close());
    feed.subscribe((next) => void parts.follow(next));
    return {
      stack,
      get registry() {
        return feed.current();
      },
      notice: noticeOf(registry, tenantsFile),
      env: { ...env, ...lab.env },
      get services() {
        return all();
      },
      died: stack.died,
      service: (name) => find(all(), name),
      onServices: (listener) => void listeners.add(listener),
      async stop() {
        await parts.close();
        await Promise.all([...shared, ...parts.services].map((service) => service.stop()));
        await feed.close();
        await Promise.all([lab.simulator.stop(), stack.stop()]);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const defaultRouters: PlanRouters = ({ tenants }, devicePort) => planRouters(tenants, devicePort);

/** The registry is made from the file once; later the topic alone decides. */
function noticeOf(registry: Registry, tenantsFile: string): string | undefined {
  const edited = editRegistry(registry, applyOf(readRegistryFile(tenantsFile), 'keep'));
  return edited.ok && edited.changesNothing
    ? undefined
    : `${tenantsFile} is not what the registry says, and the registry counts: ./vecino tenant apply ${tenantsFile} --dry-run shows the difference`;
}

function find(services: readonly Service[], name: string): Service {
  const found = services.find((service) => service.name === name);
  if (found === undefined)
    throw new Error(`no service ${name}; there are ${services.map((service) => service.name).join(', ')}`);
  return found;
}
