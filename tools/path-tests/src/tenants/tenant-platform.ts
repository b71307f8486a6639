import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_VERSION, type PlannedService, type PlatformOptions } from '@vecino/cli';
import { type Progress } from '@vecino/devstack';
import { connectKafka, type KafkaClient, parseKafkaSettings } from '@vecino/messaging';
import { changeRegistry } from '@vecino/registry';
import { silentLogger } from '@vecino/telemetry';
import { type RegistryEdit } from '@vecino/tenancy';
import { type PathPlatform, startPathPlatform } from '../path-platform.js';
import { QUICK_REBOOT } from '../request-plan.js';
import { routersOf, type TenantPlan, tenantsFile } from './tenant-plan.js';

/** A platform of its own with these tenants, whose registry is changed while it runs. */
export interface TenantPlatform {
  readonly path: PathPlatform;
  readonly tenants: readonly TenantPlan[];
  readonly registryKafka: KafkaClient;
  /** When the registry was asked for the change and when it had it, in milliseconds since the Unix epoch. */
  change(edit: RegistryEdit): Promise<{ readonly asked: number; readonly written: number }>;
  stop(): Promise<void>;
}

export interface TenantPlatformOptions {
  readonly tenants: readonly TenantPlan[];
  /** Of services that are to run more than once. */
  readonly instances?: Readonly<Record<string, number>>;
  /** Of each instance of a service. */
  readonly serviceEnv?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of one instance, by its name; given the servers' addresses. */
  readonly instanceEnv?: (
    name: string,
    env: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>>;
  readonly stack?: PlatformOptions['stack'];
  readonly progress?: Progress;
}

export async function startTenantPlatform(options: TenantPlatformOptions): Promise<TenantPlatform> {
  const { tenants } = options;
  const dir = await mkdtemp(join(tmpdir(), 'vecino-tenants-'));
  const file = join(dir, 'tenants.yaml');
  // JSON is YAML.
  await writeFile(file, tenantsFile(tenants));
  const path = await startPathPlatform(
    { VECINO_TENANTS_FILE: file },
    {
      routers: (_, port) =>
        routersOf(tenants).map(({ routerId, routerIp }) => ({
          ...QUICK_REBOOT,
          routerId,
          address: routerIp,
          port,
          runningVersion: FIRST_VERSION,
        })),
      services: (planned, env) => multiply(planned, options, env),
      ...(options.stack && { stack: options.stack }),
      ...(options.progress && { progress: options.progress }),
    },
  );
  const registryKafka = connectTo(path);
  return {
    path,
    tenants,
    registryKafka,
    async change(edit) {
      const asked = Date.now();
      await changeRegistry(registryKafka, '', () => edit);
      return { asked, written: Date.now() };
    },
    async stop() {
      await path.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function connectTo({ platform }: PathPlatform): KafkaClient {
  const { settings, faults } = parseKafkaSettings(platform.env);
  if (settings === undefined) throw new Error(faults.join('\n'));
  return connectKafka(settings, 'tenant-tests', silentLogger);
}

/** The second of a service is called `<name>-2`, and so on. */
const multiply = (
  planned: readonly PlannedService[],
  { instances = {}, serviceEnv = {}, instanceEnv = () => ({}) }: TenantPlatformOptions,
  env: Readonly<Record<string, string>>,
): PlannedService[] =>
  planned.flatMap((service) =>
    Array.from({ length: instances[service.name] ?? 1 }, (_, index) => {
      const name = index === 0 ? service.name : `${service.name}-${index + 1}`;
      return {
        ...service,
        name,
        env: { ...service.env, ...serviceEnv[service.name], ...instanceEnv(name, env) },
      };
    }),
  );
