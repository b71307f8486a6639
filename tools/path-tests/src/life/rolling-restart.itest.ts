import { audit } from '@vecino/audit';
import { FIRST_VERSION, IMAGE_VERSIONS } from '@vecino/cli';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { groupBy } from '@vecino/foundation';
import { waitFor } from '@vecino/testing';
import { type Producer } from 'kafkajs';
import { evidenceOf } from '../evidence.js';
import { sendRequests } from '../send-requests.js';
import { readExecutions } from '../temporal-record.js';
import { type RequestStream, numbered, type RequestLoad, startLoad } from '../tenants/request-stream.js';
import { type StatusWatch, watchStatuses } from '../tenants/status-watch.js';
import { routerOf, type TenantPlan } from '../tenants/tenant-plan.js';
import { startTenantPlatform, type TenantPlatform } from '../tenants/tenant-platform.js';
import { type LogLine, logLines } from '../traces/log-lines.js';
import { overlap, readTimedOutPublishes, type Span } from './timed-out-publishes.js';

const TENANTS: readonly TenantPlan[] = [
  { id: 'rolled-pool', route: 'pooled', cap: 6, routers: 12 },
  { id: 'rolled-lane', route: 'queue', cap: 6, routers: 12 },
  { id: 'rolled-own', route: 'dedicated', cap: 6, routers: 12 },
];
const DEDICATED = 'worker-dedicated-rolled-own';
const PROJECTOR = 'status-projector';
/** In the order in which services are upgraded (docs/upgrading.md). The other one of each goes on: chaos restarts them all. */
const INSTANCES = { [PROJECTOR]: 2, 'worker-shared': 2, [DEDICATED]: 2, ingest: 2 };
const PER_SECOND = 2;
const SOON_MS = 60_000;
const ALL_ENDED_WITHIN_MS = 180_000;

/** So many requests of a tenant may be open: how fast they are served depends on the machine. */
const OPEN = 10;

/** Each router gets the versions in turn, so that every request finds something to do. */
function streamOf({ id, routers }: TenantPlan, ended: () => number): RequestStream {
  let sent = 0;
  const stream = numbered(PER_SECOND, (number) => {
    sent += 1;
    return {
      ...routerOf(TENANTS, id, 1 + (number % routers)),
      softwareVersion: IMAGE_VERSIONS[Math.floor(number / routers) % IMAGE_VERSIONS.length] ?? FIRST_VERSION,
      mayEnd: ['UPGRADED'],
    };
  });
  return { ...stream, waits: () => sent - ended() >= OPEN };
}

const IN_TURN = Object.keys(INSTANCES);

describe('a rolling restart of every service under load', () => {
  let platform: TenantPlatform;
  let producer: Producer;
  let load: RequestLoad;
  let watch: StatusWatch;
  let projectorAway: Span = { from: 0, to: Infinity };

  beforeAll(async () => {
    platform = await startTenantPlatform({
      tenants: TENANTS,
      instances: INSTANCES,
      // Too short for most steps: they are given back.
      serviceEnv: { [DEDICATED]: { VECINO_SHUTDOWN_GRACE: '100ms' } },
    });
    producer = platform.path.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
  }, 300_000);

  afterAll(async () => {
    await load?.stop().catch(() => undefined);
    await watch?.stop();
    await producer?.disconnect();
    await platform?.stop();
  }, 120_000);

  it(
    'loses nothing, doubles nothing, and repeats nothing either',
    async () => {
      const streams = TENANTS.map((tenant) => streamOf(tenant, () => watch?.ended(tenant.id) ?? 0));
      load = startLoad((batch) => sendRequests(producer, batch), 'rolling', streams);
      watch = await watchStatuses(
        platform.path,
        TENANTS.map(({ id }) => id),
      );
      await moreEnd();
      for (const name of IN_TURN) {
        const away = await restart(name);
        if (name === PROJECTOR) projectorAway = away;
      }
      await moreEnd();
      await load.stop();
      await waitFor(() => watch.ended() >= load.ledger.length, {
        what: 'the end of every request',
        timeoutMs: ALL_ENDED_WITHIN_MS,
        everyMs: 250,
      });
      await expectInvariants();
    },
    (IN_TURN.length + 1) * SOON_MS + ALL_ENDED_WITHIN_MS,
  );

  /** From when it is told to end until it is there again. */
  async function restart(name: string): Promise<Span> {
    const service = platform.path.platform.service(name);
    const from = Date.now();
    expect([name, await service.stop()]).toEqual([name, { code: 0, signal: null }]);
    await moreEnd();
    await service.restart();
    return { from, to: Date.now() };
  }

  /** Each tenant has another deployment ended. */
  async function moreEnd(): Promise<void> {
    const before = new Map(TENANTS.map(({ id }) => [id, watch.ended(id)]));
    await waitFor(() => TENANTS.every(({ id }) => watch.ended(id) > (before.get(id) ?? 0)), {
      what: 'progress of every tenant',
      timeoutMs: SOON_MS,
      everyMs: 50,
    });
  }

  async function expectInvariants(): Promise<void> {
    const { temporal } = platform.path;
    const executions = await waitFor(
      async () => {
        const found = await readExecutions(temporal);
        return found.every(({ closed }) => closed !== undefined) && found;
      },
      { what: 'the close of every deployment', timeoutMs: SOON_MS, everyMs: 500 },
    );
    const { statuses } = watch;
    const { services } = platform.path.platform;
    const projectors = services.filter(({ name }) => name.startsWith(PROJECTOR));
    const unconfirmed = logLines(projectors).filter(isUnconfirmed);
    const events = [...groupBy(statuses, ({ event_id }) => event_id).values()];
    const repeated = events.flatMap(([, again]) => again ?? []);
    // What the restart had a part in is no excuse.
    const timedOut = (await readTimedOutPublishes(temporal, repeated)).filter(
      (publish) => !overlap(publish, projectorAway),
    );
    const isExcused = (status: NetworkDeploymentStatus) =>
      unconfirmed.some((line) => isAbout(line, status)) ||
      timedOut.some(({ eventIds }) => eventIds.has(status.event_id));
    process.stdout.write(`\nrolling restart: ${load.ledger.length} requests, ${statuses.length} statuses\n`);
    const evidence = evidenceOf({
      sent: load.ledger,
      statuses,
      executions,
      routerLog: platform.path.routerLog(),
      tenants: TENANTS.map(({ id, cap }) => ({
        tenantId: id,
        cap: { initial: cap, changes: [] },
        intake: { initial: Infinity, changes: [] },
      })),
    });
    expect({
      violations: audit(evidence, ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I8']),
      // Nobody was killed: what was being told was told to its end.
      repeated: repeated
        .filter((status) => !isExcused(status))
        .map(({ deployment_id, state }) => `${deployment_id} ${state}`),
    }).toEqual({ violations: [], repeated: [] });
  }
});

/**
 * A projector says that Kafka has not confirmed statuses in the time that it has for them, as on a machine that is busy: they
 * may be there all the same, and are rightly published again. One that is told to end has no such line.
 */
const isUnconfirmed = ({ msg, activityType, err }: LogLine): boolean =>
  msg === 'Activity failed' &&
  activityType === 'publishStatuses' &&
  (err as { readonly code?: unknown } | undefined)?.code === 'NOT_WRITTEN';

/** A gate publishes for many deployments, and its line names none. */
const isAbout = (line: LogLine, { tenant_id, deployment_id }: NetworkDeploymentStatus): boolean =>
  line['tenant_id'] === tenant_id && (line['deployment_id'] ?? deployment_id) === deployment_id;
