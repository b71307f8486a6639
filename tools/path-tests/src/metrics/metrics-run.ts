import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { topics } from '@vecino/contracts';
import { RUN } from '@vecino/dashboards';
import { type FaultSettings, type RouterSettings } from '@vecino/router-simulator';
import { SERVICES, type ServiceName } from '@vecino/telemetry';
import { type Ending, startWhole, waitFor } from '@vecino/testing';
import { type OtlpReceiver, startOtlpReceiver } from '@vecino/testing/otlp-receiver';
import { type Kafka, type Producer } from 'kafkajs';
import { type PathPlatform, quickRouters, startPathPlatform } from '../path-platform.js';
import { planUpgrade, routerIdOf } from '../request-plan.js';
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
  /** What happens at the end of `RUN`: of what was counted before some grows under Prometheus's eyes, and some things go wrong for good. */
  sendMore(): Promise<void>;
  stop(): Promise<void>;
}

/** Of five tenants; by rank the large one and the eventful one. */
const NAMED = 2;

const NO_SUCH_VERSION = '9.9.9';
/** Of the eventful tenant. */
const ROUTER = {
  slow: 1,
  alsoSlow: 2,
  unknownVersion: 3,
  outside: 4,
  refusing: 5,
  unknownTenant: 6,
  good: 7,
} as const;
/** Of the unlucky one, behind those that succeed. */
const UNLUCKY = { takenBack: RUN.unlucky.succeeded + 1, locked: RUN.unlucky.succeeded + 2 } as const;

const bootsIn = (seconds: number): Partial<RouterSettings> => ({ rebootMs: seconds * 1_000 });
const slow = bootsIn(RUN.eventful.slowBootSeconds);
const bootsAnother: FaultSettings = { kind: 'boots-other-image', version: '0.9.9' };

/** What is wrong with routers. */
const TROUBLE: Readonly<Record<string, Partial<RouterSettings>>> = {
  ...Object.fromEntries(
    Array.from({ length: RUN.large.cap }, (_, index): [string, Partial<RouterSettings>] => [
      routerIdOf(RUN.large.tenant, index + 1),
      bootsIn(RUN.large.slowBootSeconds),
    ]),
  ),
  [routerIdOf(RUN.eventful.tenant, ROUTER.slow)]: slow,
  [routerIdOf(RUN.eventful.tenant, ROUTER.alsoSlow)]: slow,
  [routerIdOf(RUN.eventful.tenant, ROUTER.refusing)]: {
    faults: [{ kind: 'install-error', type: 'INCOMPATIBLE', times: 99 }],
  },
  [routerIdOf(RUN.unlucky.tenant, UNLUCKY.takenBack)]: { faults: [bootsAnother] },
  [routerIdOf(RUN.unlucky.tenant, UNLUCKY.locked)]: {
    // It takes the first Activate, and not that of the way back.
    faults: [bootsAnother, { kind: 'activate-error', type: 'NOT_SUPPORTED_ON_BACKUP', skip: 1 }],
  },
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
      services: (planned) => planned.filter(({ name }) => !name.endsWith(`-${RUN.unserved.tenant}`)),
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
  // Of one tenant in one partition, so that they come in this order: those behind the slow ones have to wait.
  await sendRequests(producer, ofEventful(path), { partition: 0 });
  await sendRequests(producer, many(path, RUN.large.tenant, RUN.large.first), { partition: 1 });
  await sendRequests(producer, ofOthers(path));
  return {
    path,
    receiver,
    prometheus,
    startedAt,
    sendMore: () => sendLater(path, producer),
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

/** Two that take all of the cap for long, one of each refusal, an id used again, one of nobody, and a router that refuses. */
function ofEventful(path: PathPlatform): SentRequest[] {
  const upgrade = (router: number, more?: Partial<SentRequest>) =>
    upgradeOf(path, RUN.eventful.tenant, router, more);
  return [
    upgrade(ROUTER.slow),
    upgrade(ROUTER.alsoSlow),
    upgrade(ROUTER.unknownVersion, { softwareVersion: NO_SUCH_VERSION }),
    upgrade(ROUTER.outside, { routerIp: '10.99.0.1' }),
    upgrade(ROUTER.slow, { softwareVersion: '2.0.0' }),
    upgrade(ROUTER.unknownTenant, { tenantId: 'nobody' }),
    upgrade(ROUTER.refusing),
  ];
}

/** More than a limit lets pass, and two routers that boot what nobody asked for. */
function ofOthers(path: PathPlatform): SentRequest[] {
  const { limited, unlucky } = RUN;
  return [
    ...many(path, unlucky.tenant, unlucky.succeeded),
    ...Object.values(UNLUCKY).map((router) => upgradeOf(path, unlucky.tenant, router)),
    ...many(path, limited.tenant, limited.sent),
  ];
}

const many = (path: PathPlatform, id: string, count: number): SentRequest[] =>
  Array.from({ length: count }, (_, index) => upgradeOf(path, id, index + 1));

async function sendLater(path: PathPlatform, producer: Producer): Promise<void> {
  const { large, eventful, unserved } = RUN;
  await deleteTopic(path.kafka, topics().dlq);
  const again = (id: string, router: number) =>
    upgradeOf(path, id, router, { deploymentId: `metrics-${id}-later`, softwareVersion: '2.0.0' });
  await sendRequests(producer, [
    again(large.tenant, 1),
    again(eventful.tenant, ROUTER.good),
    upgradeOf(path, eventful.tenant, ROUTER.slow, { softwareVersion: '2.1.0' }),
    upgradeOf(path, unserved.tenant, 1),
  ]);
  // Behind all others of its partition: none but itself is held up.
  const ofNobody = upgradeOf(path, eventful.tenant, ROUTER.unknownTenant, {
    tenantId: 'nobody',
    deploymentId: 'metrics-nobody-later',
  });
  await sendRequests(producer, [ofNobody], { partition: 0 });
}

/** Returns once brokers say that it is gone. */
async function deleteTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [topic] });
    const isGone = async () => !(await admin.listTopics()).includes(topic);
    await waitFor(isGone, { what: `the end of ${topic}` });
  } finally {
    await admin.disconnect();
  }
}
