import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { RUN } from '@vecino/dashboards';
import { type RouterSettings } from '@vecino/router-simulator';
import { SERVICES, type ServiceName } from '@vecino/telemetry';
import { type Ending, startWhole } from '@vecino/testing';
import { type OtlpReceiver, startOtlpReceiver } from '@vecino/testing/otlp-receiver';
import { type PathPlatform, quickRouters, startPathPlatform } from '../path-platform.js';
import { planUpgrade } from '../request-plan.js';
import { sendRequests } from '../send-requests.js';
import { type SentRequest } from '../sent-request.js';
import { type PrometheusServer, startPrometheus } from '../prometheus-server.js';

/** A platform whose metrics go both ways, to a receiver of OTLP and to a real Prometheus, and on which all of `RUN` happens. */
export interface MetricsRun {
  readonly path: PathPlatform;
  readonly receiver: OtlpReceiver;
  readonly prometheus: PrometheusServer;
  /** In seconds since the Unix epoch. */
  readonly startedAt: number;
  /** What happens later: one more upgrade for each of two tenants, so that what is counted grows under Prometheus's eyes. */
  sendMore(): Promise<void>;
  stop(): Promise<void>;
}

/** Of four tenants; by rank the large one and the eventful one. */
const NAMED = 2;

/** Long enough for two looks at how gates stand. */
const SLOW_BOOT_MS = 20_000;
const NO_SUCH_VERSION = '9.9.9';
const ROUTER = { good: 1, unknownVersion: 2, outside: 3, unknownTenant: 4, refusing: 5, slow: 6 } as const;

/** What is wrong with the eventful tenant's routers. */
const TROUBLE: Readonly<Record<string, Partial<RouterSettings>>> = {
  [`${RUN.eventful.tenant}-00${ROUTER.refusing}`]: {
    faults: [{ kind: 'install-error', type: 'INCOMPATIBLE', times: 99 }],
  },
  [`${RUN.eventful.tenant}-00${ROUTER.slow}`]: { rebootMs: SLOW_BOOT_MS },
};

export const startMetricsRun = (): Promise<MetricsRun> => startWhole(start);

async function start(started: Ending[], stop: () => Promise<void>): Promise<MetricsRun> {
  const receiver = await startOtlpReceiver();
  started.push(() => receiver.stop());
  const path = await startPathPlatform(
    {
      VECINO_TENANTS_FILE: join(thisRepository().root, 'tools/path-tests/fixtures/metrics-tenants.yaml'),
      VECINO_METRICS_ADDRESS: '127.0.0.1:0',
      VECINO_METRICS_MAX_TENANTS: String(NAMED),
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.endpoint}/v1/metrics`,
      OTEL_METRIC_EXPORT_INTERVAL: '2000',
      OTEL_METRIC_EXPORT_TIMEOUT: '1000',
    },
    {
      routers: (registry, port) =>
        quickRouters(registry, port).map((router) => ({ ...router, ...TROUBLE[router.routerId] })),
    },
  );
  started.push(() => path.stop());
  const startedAt = Date.now() / 1_000;
  const targets = path.platform.services.flatMap(({ name, readyLine }) => {
    const service = serviceOf(name);
    return service === undefined
      ? []
      : [{ address: String(readyLine['metrics_address']), labels: { service } }];
  });
  const prometheus = await startPrometheus({ targets });
  started.push(() => prometheus.stop());
  const producer = path.kafka.producer();
  await producer.connect();
  started.push(() => producer.disconnect());
  await sendRequests(producer, first(path));
  return {
    path,
    receiver,
    prometheus,
    startedAt,
    sendMore: () => sendRequests(producer, later(path)),
    stop,
  };
}

/** Which service a process is. */
export const serviceOf = (name: string): ServiceName | undefined =>
  SERVICES.find((one) => name.startsWith(one));

function upgradeOf(
  path: PathPlatform,
  id: string,
  router: number,
  more: Partial<SentRequest> = {},
): SentRequest {
  const tenant = path.platform.registry.tenants.find((one) => one.id === id);
  if (tenant === undefined) throw new Error(`no tenant ${id}`);
  return { ...planUpgrade(tenant, router), deploymentId: `metrics-${id}-${router}`, ...more };
}

/** Two more than the cap at once, one of each refusal, an id used again, more than a limit lets pass, and a router that refuses. */
function first(path: PathPlatform): SentRequest[] {
  const { large, eventful, limited } = RUN;
  const upgrade = (id: string, router: number, more?: Partial<SentRequest>) =>
    upgradeOf(path, id, router, more);
  const many = (id: string, count: number) =>
    Array.from({ length: count }, (_, index) => upgrade(id, index + 1));
  return [
    ...many(large.tenant, large.first),
    upgrade(eventful.tenant, ROUTER.slow),
    upgrade(eventful.tenant, ROUTER.good),
    upgrade(eventful.tenant, ROUTER.unknownVersion, { softwareVersion: NO_SUCH_VERSION }),
    upgrade(eventful.tenant, ROUTER.outside, { routerIp: '10.99.0.1' }),
    upgrade(eventful.tenant, ROUTER.good, { softwareVersion: '2.0.0' }),
    { ...upgrade(eventful.tenant, ROUTER.unknownTenant), tenantId: 'nobody' },
    upgrade(eventful.tenant, ROUTER.refusing),
    upgrade('amovil', 1),
    ...many(limited.tenant, limited.sent),
  ];
}

const later = (path: PathPlatform): SentRequest[] =>
  [RUN.large.tenant, RUN.eventful.tenant].map((id) =>
    upgradeOf(path, id, ROUTER.good, { deploymentId: `metrics-${id}-later`, softwareVersion: '2.0.0' }),
  );
