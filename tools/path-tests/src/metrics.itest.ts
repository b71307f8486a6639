import { PAGES, RUN } from '@vecino/dashboards';
import {
  ALL_METRICS,
  type MetricSpec,
  prometheusLabel,
  prometheusName,
  type ServiceName,
  SERVICES,
} from '@vecino/telemetry';
import { type Family, readPrometheusText, type Sample, waitFor } from '@vecino/testing';
import { type MetricsRun, serviceOf, startMetricsRun } from './metrics/metrics-run.js';
import { DashboardProof } from './metrics/prove-dashboards.js';

const CAP = RUN.large.cap;
const SOON = { timeoutMs: 90_000, everyMs: 500 };

/** Exported only once something goes wrong that does not go wrong here. */
const RARE = new Set([
  'temporal_sticky_cache_total_forced_eviction',
  'temporal_workflow_task_execution_failed',
  'temporal_activity_execution_failed',
  'temporal_request_failure',
  'temporal_long_request_failure',
]);

/** Exported for as long as something runs: by now nothing does, and OTLP has had it before. */
const PASSING = new Set(['vecino.deployments.active']);

/** What a service need not export though it could: it has had nothing to do with it. */
const NOT_HERE: Readonly<Record<ServiceName, readonly string[]>> = {
  ingest: [],
  'status-projector': [],
  // It writes that a tenant sleeps, a minute after that has nothing to do.
  'worker-shared': ['messaging.client.sent.messages', 'messaging.client.operation.duration'],
  'worker-dedicated': [],
};

describe('the metrics of the whole platform', () => {
  let run: MetricsRun;

  beforeAll(async () => {
    run = await startMetricsRun();
  }, 400_000);
  afterAll(() => run?.stop(), 120_000);

  async function scrape(service: ServiceName): Promise<readonly Family[]> {
    const process = run.path.platform.services.find(({ name }) => serviceOf(name) === service);
    const response = await fetch(`http://${String(process?.readyLine['metrics_address'])}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    return readPrometheusText(await response.text());
  }

  const samples = async (service: ServiceName): Promise<readonly Sample[]> =>
    (await scrape(service)).flatMap((family) => family.samples);

  /** The sum over all samples that have these labels. */
  async function value(
    service: ServiceName,
    name: string,
    labels: Readonly<Record<string, string>>,
  ): Promise<number | undefined> {
    const fitting = (await samples(service)).filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
    );
    return fitting.length === 0 ? undefined : fitting.reduce((sum, sample) => sum + sample.value, 0);
  }

  const becomes = (
    service: ServiceName,
    name: string,
    labels: Readonly<Record<string, string>>,
    expected: number,
  ) =>
    waitFor(async () => (await value(service, name, labels)) === expected, {
      ...SOON,
      what: `${expected} as ${name} of ${service} for ${JSON.stringify(labels)}`,
    });

  it("counts what becomes of each tenant's requests", async () => {
    const ended = (id: string, state: string, code: string, count: number) =>
      becomes(
        'status-projector',
        'vecino_deployments_ended_total',
        { vecino_tenant_id: id, vecino_deployment_state: state, vecino_reason_code: code },
        count,
      );
    await ended('mayorista', 'SUCCEEDED', 'UPGRADED', CAP + 2);
    await ended('afijo', 'SUCCEEDED', 'UPGRADED', 2);
    await ended('afijo', 'FAILED', 'INSTALL_FAILED', 1);
    await ended('afijo', 'REJECTED', 'IMAGE_UNKNOWN', 1);
    await ended('afijo', 'REJECTED', 'ROUTER_OUTSIDE_NETWORKS', 1);
    await ended('other', 'SUCCEEDED', 'UPGRADED', RUN.unlucky.succeeded + RUN.limited.intake);
    await ended('other', 'ROLLED_BACK', 'VERIFY_FAILED', RUN.unlucky.rolledBack);
    await ended('other', 'FAILED', 'ROLLBACK_FAILED', RUN.unlucky.failed);
    await ended('other', 'REJECTED', 'RATE_LIMITED', RUN.limited.sent - RUN.limited.intake);
  }, 240_000);

  it('tells gate decisions, waits and limits apart', async () => {
    const mayorista = { vecino_tenant_id: 'mayorista' };
    const decided = (decision: string) => ({ ...mayorista, vecino_gate_decision: decision });
    await becomes('status-projector', 'vecino_gate_decisions_total', decided('admitted'), CAP + 2);
    await becomes('status-projector', 'vecino_gate_decisions_total', decided('queued'), 2);
    await becomes(
      'status-projector',
      'vecino_limits_hits_total',
      { ...mayorista, vecino_limit: 'concurrency' },
      2,
    );
    const waited = (cause: string) =>
      value('status-projector', 'vecino_queue_wait_seconds_count', {
        ...mayorista,
        vecino_wait_cause: cause,
      });
    expect([await waited('none'), await waited('limit'), await waited('platform')]).toEqual([
      CAP,
      2,
      undefined,
    ]);
    // What is published again, since Temporal did not hear that it was, counts again: a few, but not each.
    const hasEach = async (histogram: string, labels: Readonly<Record<string, string>>): Promise<void> => {
      const count = await value('status-projector', `${histogram}_count`, labels);
      expect(count).toBeGreaterThanOrEqual(CAP + 2);
      expect(count).toBeLessThan(2 * (CAP + 2));
    };
    await hasEach('vecino_deployment_duration_seconds', mayorista);
    const phases = 'vecino_deployment_phase_duration_seconds';
    await hasEach(phases, { ...mayorista, vecino_deployment_state: 'REBOOTING' });
    // The last phase is left with the terminal.
    await hasEach(phases, { ...mayorista, vecino_deployment_state: 'POSTCHECK' });
  }, 120_000);

  it('counts dead letters by reason, with the tenant where it is known, and what ingest took', async () => {
    await becomes(
      'status-projector',
      'vecino_dead_letters_total',
      { vecino_tenant_id: 'afijo', vecino_reason_code: 'ID_REUSED' },
      1,
    );
    const letters = (await samples('ingest')).filter(({ name }) => name === 'vecino_dead_letters_total');
    expect(letters.map(({ labels, value: count }) => ({ ...labels, count }))).toEqual(
      expect.arrayContaining([
        { vecino_tenant_id: 'afijo', vecino_reason_code: 'ROUTER_OUTSIDE_NETWORKS', count: 1 },
        { vecino_reason_code: 'UNKNOWN_TENANT', count: 1 },
      ]),
    );
    await becomes('ingest', 'vecino_ingest_latency_seconds_count', { vecino_tenant_id: 'afijo' }, 6);
    const refused = { vecino_tenant_id: 'other', vecino_limit: 'intake' };
    await becomes('ingest', 'vecino_limits_hits_total', refused, RUN.limited.sent - RUN.limited.intake);
    await becomes('ingest', 'vecino_ingest_lag', {}, 0);
  }, 120_000);

  it('shows how gates and queues stand', async () => {
    const mayorista = { vecino_tenant_id: 'mayorista' };
    await becomes('status-projector', 'vecino_gate_slots_limit', mayorista, CAP);
    await becomes('status-projector', 'vecino_gate_slots_used', mayorista, 0);
    await becomes('status-projector', 'vecino_gate_silent', {}, 0);
    await becomes('status-projector', 'vecino_deployments_stuck', {}, 0);
    const projector = { task_queue: 'status-projector', vecino_task_type: 'activity' };
    expect(await value('status-projector', 'vecino_task_queue_pollers', projector)).toBeGreaterThan(0);
  }, 120_000);

  it('counts a step that failed where the SDK does', async () => {
    const isFailedInstall = ({ name, labels, value: count }: Sample) =>
      name.startsWith('temporal_activity_execution_failed') &&
      labels['activity_type'] === 'install' &&
      count > 0;
    await waitFor(async () => (await samples('worker-shared')).some(isFailedInstall), SOON);
  }, 120_000);

  it('has every label of ours on some sample', async () => {
    const seen = new Map<string, Set<string>>();
    for (const service of SERVICES)
      for (const { name, labels } of await samples(service)) {
        const base = name.replace(/_(bucket|count|sum)$/, '');
        seen.set(base, new Set([...(seen.get(base) ?? []), ...Object.keys(labels)]));
      }
    const unseen = ALL_METRICS.filter(({ name }) => name.startsWith('vecino.') && !PASSING.has(name)).flatMap(
      (metric) =>
        metric.labels
          .filter((label) => seen.get(prometheusName(metric))?.has(prometheusLabel(label)) !== true)
          .map((label) => `${metric.name}: ${label}`),
    );
    expect(unseen).toEqual([]);
  }, 60_000);

  it('names no more tenants than it may, whatever label says so', async () => {
    for (const service of SERVICES) {
      const named = (await samples(service)).flatMap(({ labels }) => labels['vecino_tenant_id'] ?? []);
      const allowed = ['mayorista', 'afijo', 'other'];
      expect([...new Set(named)].filter((id) => !allowed.includes(id))).toEqual([]);
    }
  }, 120_000);

  describe.each(SERVICES)('of %s', (service) => {
    const own = ALL_METRICS.filter(({ from }) => from.includes(service));
    const expected = own.filter(({ name }) => !RARE.has(name) && !NOT_HERE[service].includes(name));

    it('are those of the catalogue, with their labels, when scraped', async () => {
      const missing = async () => {
        const families = new Set((await scrape(service)).map(({ name }) => name));
        const lasting = expected.filter(({ name }) => !PASSING.has(name));
        return lasting.map(prometheusName).filter((name) => !families.has(name));
      };
      await waitFor(async () => (await missing()).length === 0, SOON).catch(() => undefined);
      expect(await missing()).toEqual([]);
      const known = new Map(own.map((metric) => [prometheusName(metric), metric]));
      const complaints = (await scrape(service))
        .filter(({ name }) => name !== 'target_info')
        .flatMap((family) => complaintsOf(family, known.get(family.name)));
      expect([...new Set(complaints)]).toEqual([]);
    }, 120_000);

    it('are the same over OTLP', async () => {
      const exported = () =>
        new Map(
          run.receiver.metrics
            .filter((metric) => metric.service === `vecino-${service}`)
            .map(({ name, unit }) => [name, unit]),
        );
      const missing = () => expected.filter(({ name, unit }) => exported().get(name) !== unit);
      await waitFor(() => missing().length === 0, SOON).catch(() => undefined);
      expect(missing().map(({ name }) => name)).toEqual([]);
      const names = new Set(own.map(({ name }) => name));
      expect([...exported().keys()].filter((name) => !names.has(name))).toEqual([]);
    }, 120_000);
  });

  describe('on the dashboards', () => {
    let proof: DashboardProof;
    beforeAll(async () => {
      proof = await DashboardProof.begin(run);
    }, 240_000);
    afterAll(() => void process.stdout.write(`\n${proof?.summary()}\n`));

    it.each(PAGES.map((page) => [page.title, page] as const))(
      '%s: each query has its answer',
      async (_, page) => {
        expect(await proof.page(page)).toEqual([]);
      },
    );

    it('fill the variables', async () => {
      const variables = new Map(PAGES.flatMap((page) => page.variables.map((one) => [one.name, one])));
      const wrong: string[] = [];
      for (const variable of variables.values()) wrong.push(...(await proof.variable(variable)));
      expect(wrong).toEqual([]);
    });

    it('tell that a process is away', async () => {
      expect(await proof.afterKill(PAGES)).toEqual([]);
    }, 120_000);
  });
});

function complaintsOf({ name, type, samples }: Family, metric: MetricSpec | undefined): string[] {
  if (metric === undefined) return [`${name} is not in the catalogue`];
  if (type !== metric.kind) return [`${name} is a ${type}`];
  const allowed = new Set([...metric.labels.map(prometheusLabel), 'le']);
  const labels = samples.flatMap((sample) => Object.keys(sample.labels));
  return [...new Set(labels)]
    .filter((label) => !allowed.has(label))
    .map((label) => `${name} has a label ${label}`);
}
