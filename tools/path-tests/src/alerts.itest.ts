import { ALL_ALERTS, START_WITHIN_SECONDS, STATUS_LATE_SECONDS } from '@vecino/alerts';
import { topics } from '@vecino/contracts';
import { type ManagedProcess } from '@vecino/devstack';
import { lagOf } from '@vecino/messaging';
import { waitFor } from '@vecino/testing';
import { POOL_TASK_QUEUE } from '@vecino/tenancy';
import { DEPLOYMENT_WORKFLOW_TYPE, deploymentAttributes, deploymentWorkflowId } from '@vecino/workflows';
import { type Producer } from 'kafkajs';
import {
  BROKEN_TENANTS,
  type BrokenPlatform,
  FAILING,
  HANGING,
  LATE,
  QUEUE,
  startBrokenPlatform,
} from './alerts/broken-platform.js';
import { sendRequests, type ProducedRequest } from './send-requests.js';
import { routerOf } from './tenants/tenant-plan.js';

type Labels = Readonly<Record<string, string>>;
type AlertName = `Vecino${string}`;

/** Above what the alert on lag allows. */
const FLOOD = 6_000;
/** Above what the alert on unpublished statuses allows, and below what makes a gate take no more. */
const UNPUBLISHED = 700;
/** What a test does beside waiting. */
const BESIDE_MS = 30_000;

describe('alerts, on a platform that is broken', () => {
  let broken: BrokenPlatform;
  let producer: Producer;
  let sentAt: number;
  let refusing: NodeJS.Timeout | undefined;

  beforeAll(async () => {
    broken = await startBrokenPlatform();
    producer = broken.path.kafka.producer();
    await producer.connect();
  }, 400_000);

  afterAll(async () => {
    clearInterval(refusing);
    report();
    await producer?.disconnect();
    await broken?.stop();
  }, 90_000);

  /** Alerts that have fired so far, with their labels: also those that are over. */
  const fired = () => ask('max_over_time(ALERTS{alertstate="firing"}[1h])');
  const ask = (expr: string) => broken.prometheus.at(expr, Date.now() / 1_000);

  async function firedOf(alert: string): Promise<readonly Labels[]> {
    return (await fired()).map(({ labels }) => labels).filter(({ alertname }) => alertname === alert);
  }

  let deadline = 0;
  const leftMs = () => Math.max(0, deadline - Date.now());

  /** A test whose waits may take so long, all together: what did not come is told by the wait for it, before the test has to end. */
  function tells(what: string, waitsMs: number, test: () => Promise<void>): void {
    it(
      what,
      async () => {
        deadline = Date.now() + waitsMs;
        await test();
      },
      waitsMs + BESIDE_MS,
    );
  }

  const waitedFor = new Set<string>();
  const has = (wanted: Labels) => (labels: Labels) =>
    Object.entries(wanted).every(([name, text]) => labels[name] === text);

  async function fires(alert: AlertName, labels: Labels = {}): Promise<void> {
    await waitFor(async () => (await firedOf(alert)).some(has(labels)), waiting(alert, labels));
    waitedFor.add(alert);
  }

  /** It fires now: a busy machine may have made it fire before. After `noneOf` it can only have begun to since. */
  async function firesNow(alert: AlertName, labels: Labels = {}): Promise<void> {
    const wanted = has({ alertname: alert, ...labels });
    await waitFor(async () => (await firing()).some((one) => wanted(one.labels)), waiting(alert, labels));
    waitedFor.add(alert);
  }

  const firing = async () => (await broken.prometheus.alerts()).filter(({ state }) => state === 'firing');

  const waiting = (alert: AlertName, labels: Labels) => ({
    timeoutMs: leftMs(),
    everyMs: 500,
    what: `${alert} ${JSON.stringify(labels)}`,
  });
  const of = (tenant: string): Labels => ({ vecino_tenant_id: tenant });
  const tenantsOf = async (alert: string) =>
    [...new Set((await firedOf(alert)).map((labels) => labels['vecino_tenant_id']))].sort();

  const requests = (tenantId: string, count: number, from = 1, id = 'alert'): ProducedRequest[] =>
    Array.from({ length: count }, (_, index) => ({
      ...routerOf(BROKEN_TENANTS, tenantId, from + index),
      deploymentId: `${id}-${tenantId}-${from + index}`,
      softwareVersion: '1.1.0',
    }));

  /** A tenant has not as many routers. */
  const atOneRouter = (several: readonly ProducedRequest[]): ProducedRequest[] =>
    several.map((one) => ({ ...one, ...routerOf(BROKEN_TENANTS, one.tenantId, 1) }));

  /** Ingest has handed everything to the gates. */
  async function allTakenIn(): Promise<void> {
    const admin = broken.path.kafka.admin();
    await admin.connect();
    const group = { groupId: 'vecino-ingest', topic: topics().requests };
    const lags = async () => [...(await lagOf({ use: (work) => work(admin) }, group)).values()];
    try {
      await waitFor(async () => (await lags()).every((lag) => lag === 0), {
        timeoutMs: leftMs(),
        everyMs: 250,
        what: 'all requests taken in',
      });
    } finally {
      await admin.disconnect();
    }
  }

  /** What was broken for another test has passed, as far as such alerts tell: an alert that began before is not of this test. */
  const noneOf = (what: string, isOne: (labels: Labels) => boolean) =>
    waitFor(async () => !(await broken.prometheus.alerts()).some(({ labels }) => isOne(labels)), {
      timeoutMs: leftMs(),
      everyMs: 250,
      what: `no alert on ${what}`,
    });

  function serverNamed(name: 'kafka' | 'redis'): ManagedProcess {
    const part = broken.path.platform.stack.parts.find((one) => one.name === name);
    if (part?.process === undefined) throw new Error(`no ${name} of this test runs`);
    return part.process;
  }

  const report = () => console.log(`${waitedFor.size} of ${ALL_ALERTS.length} alerts were fired for real`);

  tells('are silent while everything is well', 120_000, async () => {
    // What was fetched once since has been evaluated once: rules are, each second.
    await waitFor(async () => (await ask('count_over_time(up[1m]) >= 3')).length === 3, {
      timeoutMs: leftMs(),
      everyMs: 250,
      what: 'three fetches of each target',
    });
    // Fetches that took too long on a busy machine make one fire, and it is over with the next. One that is wrong at rest stays.
    const areSilent = async () => {
      expect(await firing()).toEqual([]);
      return true;
    };
    await waitFor(areSilent, { timeoutMs: leftMs(), everyMs: 250, what: 'silence' });
  });

  tells('tell workflows whose code fails', 90_000, async () => {
    const { routerId } = routerOf(BROKEN_TENANTS, 'unserved', 1);
    const of = { tenantId: 'unserved', tier: 'standard', routerId, softwareVersion: '1.1.0' };
    // As somebody does by hand who leaves out what it needs. It is a deployment that never gets on, and each looks for those.
    const start = (n: number) =>
      broken.path.temporal.workflow.start(DEPLOYMENT_WORKFLOW_TYPE, {
        workflowId: deploymentWorkflowId('unserved', `by-hand-${n}`),
        taskQueue: POOL_TASK_QUEUE,
        args: [],
        typedSearchAttributes: deploymentAttributes(of, 'STARTED'),
      });
    // The server tries each again ever later, which at this pace would be as long as hours: there is always one that is new.
    await start(0);
    let started = 1;
    const starting = setInterval(() => void start(started++).catch(() => undefined), 1_500);
    const labels = { task_queue: POOL_TASK_QUEUE, workflow_type: DEPLOYMENT_WORKFLOW_TYPE };
    try {
      await fires('VecinoWorkflowCodeFails', labels);
    } finally {
      clearInterval(starting);
    }
  });

  tells('tell records that can never be executed, with the tenant where it is known', 120_000, async () => {
    const outside = { ...requests('late', 1)[0], deploymentId: 'outside', routerIp: '10.99.0.1' };
    await sendRequests(producer, [outside as ProducedRequest]);
    await producer.send({ topic: topics().requests, messages: [{ value: 'no request' }] });
    await fires('VecinoDeadLetters', { ...of('late'), vecino_reason_code: 'ROUTER_OUTSIDE_NETWORKS' });
    await waitFor(async () => (await tenantsOf('VecinoDeadLetters')).includes(undefined), {
      timeoutMs: leftMs(),
      what: 'VecinoDeadLetters of no tenant',
    });
  });

  tells('tell requests that start late, and deployments that fail, by tenant', 240_000, async () => {
    const { process: worker } = broken.path.platform.service('worker-shared');
    worker.signal('SIGSTOP');
    try {
      await sendRequests(producer, [
        ...requests('unserved', 1),
        ...requests('full', HANGING + QUEUE),
        ...requests('failing', FAILING),
        ...requests('late', LATE),
        ...requests('locked', 1),
      ]);
      sentAt = Date.now();
      // How late they start is the subject: no condition says that the bound is over.
      await waitFor(() => Date.now() - sentAt > (START_WITHIN_SECONDS + 1) * 1_000, { timeoutMs: leftMs() });
    } finally {
      worker.signal('SIGCONT');
    }
    let next = HANGING + QUEUE + 1;
    const more = () => void sendRequests(producer, requests('full', 1, next++)).catch(() => undefined);
    refusing = setInterval(more, 3_000);
    await fires('VecinoSuccessBurnFast', of('failing'));
    await fires('VecinoSuccessBurnSlow', of('failing'));
    await fires('VecinoStartBurnFast', of('late'));
    await fires('VecinoStartBurnSlow', of('late'));
    await fires('VecinoStartBurnCreeping', of('failing'));
    await fires('VecinoSuccessBurnCreeping', of('failing'));
    expect(await tenantsOf('VecinoSuccessBurnFast')).toEqual(['failing']);
  });

  tells('tell a tenant that nobody serves', 120_000, async () => {
    await fires('VecinoGateSilent', of('unserved'));
    await fires('VecinoNoPollers', { task_queue: 'tenant-unserved-deployments' });
  });

  tells('tell a tenant that is at its limits', 240_000, async () => {
    try {
      await fires('VecinoQueueNearlyFull', of('full'));
      await fires('VecinoRequestsRefused', { ...of('full'), vecino_limit: 'queue' });
    } finally {
      clearInterval(refusing);
    }
  });

  tells('tell a tenant whose statuses cannot be written, and then that they came late', 180_000, async () => {
    const { process: worker } = broken.path.platform.service('worker-shared');
    const kafka = serverNamed('kafka');
    worker.signal('SIGSTOP');
    try {
      await sendRequests(producer, atOneRouter(requests('full', UNPUBLISHED, 1, 'refused')));
      await allTakenIn();
      kafka.signal('SIGSTOP');
      worker.signal('SIGCONT');
      await fires('VecinoStatusBacklog', of('full'));
      // How late they come is the subject: what waits by now has to wait for longer than the rule allows.
      const waitingAt = Date.now();
      await waitFor(() => Date.now() - waitingAt > (STATUS_LATE_SECONDS + 1) * 1_000, {
        timeoutMs: leftMs(),
      });
    } finally {
      worker.signal('SIGCONT');
      kafka.signal('SIGCONT');
    }
    await fires('VecinoStatusesLate', of('full'));
    expect(await tenantsOf('VecinoStatusBacklog')).toEqual(['full']);
  });

  tells('tell that nothing is taken in, and that much waits', 240_000, async () => {
    await noneOf(
      'ingest',
      ({ service, alertname }) => service === 'ingest' || alertname?.startsWith('VecinoIngest') === true,
    );
    serverNamed('redis').signal('SIGSTOP');
    await sendRequests(producer, atOneRouter(requests('late', FLOOD, 1, 'flood')), { partition: 0 });
    // At once: none fires longer than what makes it fire.
    await Promise.all([
      firesNow('VecinoIngestLag', { messaging_destination_partition_id: '0' }),
      firesNow('VecinoIngestStands', { messaging_destination_partition_id: '0' }),
      firesNow('VecinoServiceNotReady', { service: 'ingest' }),
      firesNow('VecinoServiceAbsent', { service: 'ingest' }),
    ]);
  });

  tells('tell a tenant whose slots are all in use for long', 150_000, async () => {
    await fires('VecinoSlotsSaturated', of('full'));
    expect(await tenantsOf('VecinoSlotsSaturated')).toEqual(['full']);
  });

  tells('tell a router that nobody may touch', 180_000, async () => {
    await fires('VecinoRouterQuarantined', of('locked'));
    expect(await tenantsOf('VecinoRouterQuarantined')).toEqual(['locked']);
  });

  tells('tell a deployment that says nothing more', 240_000, async () => {
    await fires('VecinoDeploymentStuck', of('unserved'));
    await fires('VecinoStatusesStand', of('unserved'));
    expect(await tenantsOf('VecinoDeploymentStuck')).toEqual(['unserved']);
  });

  tells('tell that nobody looks any more', 180_000, async () => {
    await noneOf(
      'status-projector',
      ({ service, alertname }) =>
        alertname === 'VecinoStandingStale' ||
        (alertname === 'VecinoServiceAbsent' && service === 'status-projector'),
    );
    await broken.path.platform.service('status-projector').kill();
    await firesNow('VecinoServiceAbsent', { service: 'status-projector' });
    await firesNow('VecinoStandingStale');
  });

  it('have all been fired', () => {
    expect([...waitedFor].sort()).toEqual(ALL_ALERTS.map(({ name }) => name).sort());
  });

  it('have sentences that Prometheus could fill in', async () => {
    const alerts = await broken.prometheus.alerts();
    expect(alerts.length).toBeGreaterThan(0);
    for (const { annotations } of alerts) {
      expect(Object.values(annotations).join('\n')).not.toMatch(/<no value>|error expanding|\{\{|%!/);
      expect(annotations['runbook_url']).toMatch(/^docs\/runbooks\/[a-z-]+\.md(#[a-z-]+)?$/);
    }
  });
});
