import { dirname, join } from 'node:path';
import { audit } from '@vecino/audit';
import { IMAGE_VERSIONS, thisRepository } from '@vecino/cli';
import { type ManagedProcess, type Service } from '@vecino/devstack';
import { waitFor } from '@vecino/testing';
import { type Producer } from 'kafkajs';
import { evidenceOf } from '../evidence.js';
import { sendRequests } from '../send-requests.js';
import { type SentRequest } from '../sent-request.js';
import { readExecutions } from '../temporal-record.js';
import { type StatusWatch, watchStatuses } from '../tenants/status-watch.js';
import { routerOf, type TenantPlan } from '../tenants/tenant-plan.js';
import { startTenantPlatform, type TenantPlatform } from '../tenants/tenant-platform.js';
import { failedOf, healthAt, type ServiceHealth } from './service-health.js';

const TENANTS: readonly TenantPlan[] = [
  { id: 'frozen-pool', route: 'pooled', cap: 4, routers: 8 },
  { id: 'frozen-own', route: 'dedicated', cap: 4, routers: 8 },
];
const DEDICATED = 'worker-dedicated-frozen-own';
const SERVICES = ['ingest', 'worker-shared', DEDICATED, 'status-projector'];
/** By the service's own clock, whose limit is 28 s: Kubernetes kills after 30 s. */
const STOPS_WITHIN_MS = 29_000;
/** How late a busy machine lets a process begin to end, and tells that it has, is not the service's. */
const ENDED_WITHIN_MS = 60_000;
const SOON_MS = 90_000;
const ALL_ENDED_WITHIN_MS = 180_000;

const DEPENDENCIES = ['kafka', 'temporal', 'redis'] as const;
type Dependency = (typeof DEPENDENCIES)[number];

/** Which checks of which service fail when it says nothing; a service that is not named goes on. */
const FAILS: Readonly<Record<Dependency, Readonly<Record<string, readonly string[]>>>> = {
  kafka: {
    ingest: ['kafka', 'registry'],
    'worker-shared': ['registry'],
    [DEDICATED]: ['registry'],
    'status-projector': ['registry'],
  },
  temporal: {
    ingest: ['temporal'],
    'worker-shared': ['temporal'],
    [DEDICATED]: ['temporal'],
    'status-projector': ['temporal'],
  },
  redis: { ingest: ['intake'] },
};

describe('a dependency that takes everything and says nothing', () => {
  let platform: TenantPlatform;
  let producer: Producer;
  let watch: StatusWatch;
  const ledger: SentRequest[] = [];

  beforeAll(async () => {
    platform = await startTenantPlatform({ tenants: TENANTS });
    producer = platform.path.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
  }, 300_000);

  afterAll(async () => {
    await watch?.stop();
    await producer?.disconnect();
    await platform?.stop();
  }, 90_000);

  const server = (dependency: Dependency): ManagedProcess => {
    const part = platform.path.platform.stack.parts.find(({ name }) => name === dependency);
    if (part?.process === undefined) throw new Error(`no ${dependency} runs here`);
    return part.process;
  };
  const services = (): Service[] => SERVICES.map((name) => platform.path.platform.service(name));

  it.each(DEPENDENCIES)(
    '%s makes services unready, not dead, and keeps none from its end',
    async (dependency) => {
      await Promise.all(services().map(isReady));
      await startWork(dependency);
      const frozen = server(dependency);
      frozen.signal('SIGSTOP');
      try {
        await Promise.all(
          services().map((service) => saysSo(service, FAILS[dependency][service.name] ?? [])),
        );
        await Promise.all(
          services().flatMap((service) => [
            endsInTime(service, dependency),
            comesUpAndEnds(service, dependency),
          ]),
        );
      } finally {
        frozen.signal('SIGCONT');
      }
      await Promise.all(services().map((service) => service.restart()));
      await Promise.all(services().map(isReady));
    },
    5 * SOON_MS + 2 * ENDED_WITHIN_MS,
  );

  it(
    'loses and doubles nothing',
    async () => {
      watch = await watchStatuses(
        platform.path,
        TENANTS.map(({ id }) => id),
      );
      await waitFor(() => watch.ended() >= ledger.length, {
        what: 'the end of every request',
        timeoutMs: ALL_ENDED_WITHIN_MS,
        everyMs: 250,
      });
      const executions = await waitFor(
        async () => {
          const found = await readExecutions(platform.path.temporal);
          return found.every(({ closed }) => closed !== undefined) && found;
        },
        { what: 'the close of every deployment', timeoutMs: SOON_MS, everyMs: 500 },
      );
      const [{ statuses }, routerLog] = [watch, platform.path.routerLog()];
      const evidence = evidenceOf({ sent: ledger, statuses, executions, routerLog });
      expect(audit(evidence, ['I1', 'I2', 'I3', 'I4', 'I6'])).toEqual([]);
    },
    2 * ALL_ENDED_WITHIN_MS,
  );

  async function isReady(service: Service): Promise<void> {
    await waitFor(async () => (await healthOf(service)).readiness.ready, {
      what: `readiness of ${service.name}`,
      timeoutMs: SOON_MS,
      everyMs: 250,
    });
  }

  /** So that something is in hand of everybody. */
  async function startWork(dependency: Dependency): Promise<void> {
    const softwareVersion = IMAGE_VERSIONS[DEPENDENCIES.indexOf(dependency)] ?? '';
    const requests = TENANTS.flatMap(({ id, routers }) =>
      Array.from({ length: routers }, (_, index): SentRequest => ({
        ...routerOf(TENANTS, id, index + 1),
        deploymentId: `${dependency}-${id}-${index}`,
        softwareVersion,
        mayEnd: ['UPGRADED'],
        sentAt: Date.now(),
      })),
    );
    ledger.push(...requests);
    const before = platform.path.routerLog().length;
    await sendRequests(producer, requests);
    await waitFor(() => platform.path.routerLog().length > before + TENANTS.length, {
      what: 'calls to routers',
      timeoutMs: SOON_MS,
    });
  }

  async function saysSo(service: Service, expected: readonly string[]): Promise<void> {
    const lives = new Set<number>();
    const { readiness } = await waitFor(
      async () => {
        const found = await healthOf(service);
        lives.add(found.alive.status);
        return expected.every((name) => failedOf(found).includes(name)) && found;
      },
      { what: `${service.name} to fail ${expected.join(', ')}`, timeoutMs: SOON_MS, everyMs: 500 },
    );
    const status = expected.length === 0 ? 200 : 503;
    expect([service.name, readiness.status, [...lives]]).toEqual([service.name, status, [200]]);
    for (const { state, since, why } of readiness.checks)
      if (state === 'failed') expect([since, why]).toEqual([expect.any(String), expect.any(String)]);
  }

  async function endsInTime({ name, process }: Service, dependency: Dependency): Promise<void> {
    const begun = Date.now();
    process.signal('SIGTERM');
    const { code, signal } = await within(ENDED_WITHIN_MS, name, process.exited);
    const tookMs = Date.now() - begun;
    const stoppedMs = stoppedAfter(process.wholeOutput());
    console.info(
      `${name}, ${dependency} frozen: stopped after ${stoppedMs} ms, ended with ${signal ?? code} after ${tookMs} ms`,
    );
    expect(stoppedMs).toBeLessThan(STOPS_WITHIN_MS);
    // Without Temporal nobody can be told how activities ended: those are abandoned.
    expect([name, signal, code]).toEqual([name, null, dependency === 'temporal' ? expect.any(Number) : 0]);
    expect([0, 3]).toContain(code);
  }

  /** A new one, that has never reached it. */
  async function comesUpAndEnds({ name, logPath }: Service, dependency: Dependency): Promise<void> {
    const { root } = thisRepository();
    const folder = name === DEDICATED ? 'worker-dedicated' : name;
    const { env, stack } = platform.path.platform;
    const young = await stack.supervisor.run({
      name: `${name}-young`,
      command: process.execPath,
      args: [join(root, 'services', folder, 'dist', 'main.js')],
      env: { ...process.env, ...env, VECINO_TENANT: 'frozen-own', VECINO_HEALTH_ADDRESS: '127.0.0.1:0' },
      cwd: root,
      logPath: join(dirname(logPath), `${name}-young.log`),
      graceMs: ENDED_WITHIN_MS,
    });
    const address = await waitFor(() => addressIn(young.wholeOutput()), {
      what: `${name} to serve its health`,
      timeoutMs: SOON_MS,
    });
    const { alive, readiness } = await healthAt(address);
    expect([name, alive.status]).toEqual([name, 200]);
    if (dependency !== 'redis')
      expect([name, readiness.phase, readiness.status]).toEqual([name, 'starting', 503]);
    young.signal('SIGTERM');
    const exit = await within(ENDED_WITHIN_MS, `a young ${name}`, young.exited);
    expect([name, exit]).toEqual([name, { code: 0, signal: null }]);
    expect(stoppedAfter(young.wholeOutput())).toBeLessThan(STOPS_WITHIN_MS);
  }
});

const healthOf = ({ readyLine }: Service): Promise<ServiceHealth> =>
  healthAt(String(readyLine['health_address']));

function addressIn(output: string): string | undefined {
  const line = output.split('\n').find((one) => one.includes('"serves its health"'));
  return line && String((JSON.parse(line) as Readonly<Record<string, unknown>>)['health_address']);
}

/** What its last line says of how long it took to stop, in milliseconds. */
function stoppedAfter(output: string): number {
  const line = output.split('\n').findLast((one) => one.includes('"after_ms"')) ?? '{}';
  return Number((JSON.parse(line) as Readonly<Record<string, unknown>>)['after_ms']);
}

async function within<T>(ms: number, who: string, end: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${who} had not ended after ${ms} ms`)), ms);
  });
  return Promise.race([end, late]).finally(() => clearTimeout(timer));
}
