import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRules } from '@vecino/alerts';
import { FIRST_VERSION } from '@vecino/cli';
import { type RouterSettings } from '@vecino/router-simulator';
import { waitFor } from '@vecino/testing';
import { type PathPlatform, startPathPlatform } from '../path-platform.js';
import { QUICK_REBOOT } from '../request-plan.js';
import { type PlannedRouter, routersOf, type TenantPlan, tenantsFile } from '../tenants/tenant-plan.js';
import { type PrometheusServer, startPrometheus } from '../prometheus-server.js';

/** Everything in the rules that takes time goes by so many times faster: what takes half an hour takes a minute. */
export const PACE = 30;
export const QUEUE = 8;
export const HANGING = 2;
/** All at once, and so many that they count within a few seconds. */
export const LATE = 20;
/**
 * So many that they count within days: a rule that runs twice a minute meets each ten times in five, and half of that is
 * enough, since at this pace a busy machine skips a turn.
 */
export const FAILING = 200;

/** Each is there for what it makes go wrong. */
export const BROKEN_TENANTS: readonly TenantPlan[] = [
  { id: 'late', route: 'queue', cap: LATE, routers: LATE },
  { id: 'failing', route: 'pooled', cap: FAILING, routers: FAILING },
  { id: 'full', route: 'pooled', cap: HANGING, queue: QUEUE, routers: 20 },
  { id: 'unserved', route: 'dedicated', cap: 10, routers: 1 },
  { id: 'locked', route: 'pooled', cap: 1, routers: 1 },
];

const FAULTS: Readonly<Record<string, RouterSettings['faults']>> = {
  failing: [{ kind: 'install-error', type: 'INCOMPATIBLE', times: 99 }],
  full: [{ kind: 'reboot-never-returns' }],
  // It is not as good as before, and refuses to go back.
  locked: [{ kind: 'bgp-peer-down' }, { kind: 'activate-error', type: 'NOT_SUPPORTED_ON_BACKUP', skip: 1 }],
};

export interface BrokenPlatform {
  readonly path: PathPlatform;
  readonly prometheus: PrometheusServer;
  stop(): Promise<void>;
}

/** A platform on which nobody serves one tenant, and the routers of others misbehave; Prometheus has the real rules. */
export async function startBrokenPlatform(): Promise<BrokenPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'vecino-alerts-'));
  const tenants = join(folder, 'tenants.yaml');
  await writeFile(tenants, tenantsFile(BROKEN_TENANTS));
  const path = await startPathPlatform(
    { VECINO_TENANTS_FILE: tenants, VECINO_METRICS_ADDRESS: '127.0.0.1:0' },
    {
      routers: (_, port) => routersOf(BROKEN_TENANTS).map((router) => settingsOf(router, port)),
      services: (planned) => planned.filter(({ name }) => !name.startsWith('worker-dedicated')),
    },
  );
  try {
    await firstLook(path);
    const prometheus = await startPrometheus({
      targets: targetsOf(path),
      ruleFiles: writeRules(join(folder, 'rules'), { pace: PACE }),
      scrapeSeconds: 2,
    });
    return {
      path,
      prometheus,
      async stop() {
        // What they have in hand is nobody's concern, and some of it would take half an hour.
        await Promise.all(path.platform.services.map((service) => service.kill()));
        await prometheus.stop();
        await path.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await path.stop();
    throw error;
  }
}

const settingsOf = ({ tenantId, routerId, routerIp }: PlannedRouter, port: number): RouterSettings => ({
  ...QUICK_REBOOT,
  routerId,
  address: routerIp,
  port,
  runningVersion: FIRST_VERSION,
  faults: FAULTS[tenantId],
});

const targetsOf = ({ platform }: PathPlatform) =>
  platform.services.flatMap(({ name, readyLine }) => {
    const address = readyLine['metrics_address'];
    return typeof address === 'string' ? [{ address, labels: { service: name } }] : [];
  });

/** Before that nobody knows how gates stand, and an alert says so: rightly, and too early here. */
async function firstLook(path: PathPlatform): Promise<void> {
  const address = String(path.platform.service('status-projector').readyLine['metrics_address']);
  await waitFor(
    async () => (await (await fetch(`http://${address}/metrics`)).text()).includes('vecino_standing_last'),
    { timeoutMs: 60_000, everyMs: 250, what: 'the first look at the gates' },
  );
}
