import { type Tenant, workerOf } from '@vecino/tenancy';
import { fleet, type RouterSettings } from '@vecino/router-simulator';

/** One of our programs in a running platform. */
export interface PlannedService {
  readonly name: string;
  /** Workspace whose `dist/main.js` it is. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What has to run for these tenants; each comes up by itself and waits for what it needs. */
export const planServices = (tenants: readonly Tenant[]): PlannedService[] => [
  one('status-projector'),
  one('worker-shared'),
  ...planTenantServices(tenants),
  one('ingest'),
];

/** Those of them that serve one tenant each. */
export const planTenantServices = (tenants: readonly Tenant[]): PlannedService[] =>
  tenants
    .filter(needsOwnWorker)
    .map(({ id }) => one(`worker-dedicated-${id}`, { VECINO_TENANT: id }, 'worker-dedicated'));

/** Where it is, or is about to be, only a worker of its own serves it. */
const needsOwnWorker = ({ route, moving }: Tenant): boolean =>
  workerOf({ route }) === 'dedicated' ||
  (moving !== undefined && workerOf({ route: moving.to }) === 'dedicated');

const one = (name: string, env: Record<string, string> = {}, folder = name): PlannedService => ({
  name,
  folder: `services/${folder}`,
  args: [],
  env,
});

export const planSimulator = (configFile: string): PlannedService => ({
  name: 'router-simulator',
  folder: 'tools/router-simulator',
  args: ['--config', configFile],
  env: {},
});

export const FIRST_VERSION = '1.0.0';
/** Versions in the image store of a development platform. */
export const IMAGE_VERSIONS: readonly string[] = ['1.1.0', '2.0.0', '2.1.0'];
const ROUTERS_PER_TENANT = 10;

/** Ten simulated routers for each tenant in a laboratory, `<tenant>-001` and so on, at the first addresses of its first IPv4 network. */
export function planRouters(tenants: readonly Tenant[], devicePort: number): RouterSettings[] {
  return tenants.flatMap((tenant) => {
    const network = tenant.networks.find(({ family }) => family === 4);
    if (!tenant.lab || network === undefined) return [];
    return fleet({
      count: Math.min(ROUTERS_PER_TENANT, 2 ** (32 - network.prefix) - 1),
      prefix: tenant.id,
      firstAddress: ipv4Text(network.base + 1n),
      port: tenant.device.port ?? devicePort,
      runningVersion: FIRST_VERSION,
    });
  });
}

const ipv4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
