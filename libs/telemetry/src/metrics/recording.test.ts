import { isDeepStrictEqual } from 'node:util';
import { PHASE_STATES, REASON_CODES, TERMINAL_STATES } from '@vecino/foundation';
import { startTelemetry, type Telemetry } from '../start-telemetry.js';
import { METRICS } from './catalogue.js';
import { counter, histogram, isRecording, observe, type Observation, preferTenants } from './instruments.js';

const tenant = (id: string) => ({ 'vecino.tenant.id': id });

describe('what is measured', () => {
  const taken = counter(METRICS.requestsTaken);
  const latency = histogram(METRICS.intakeLatency);
  let queued: readonly Observation<typeof METRICS.queued>[] = [];
  let telemetry: Telemetry;
  let page: readonly string[];
  const lineOf = (start: string) => page.find((line) => line.startsWith(start));

  beforeAll(async () => {
    // Before anything is started: lost, and no reason to fail.
    taken.add(100, tenant('early'));
    expect(isRecording()).toBe(false);
    preferTenants(['acme', 'beta']);
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 2 } });
    for (const [index, id] of ['zeta', 'acme', 'beta', 'acme'].entries()) taken.add(index + 1, tenant(id));
    for (const seconds of [-5, 0.2, 7]) latency.record(seconds, tenant('acme'));
    queued = [
      [3, tenant('zeta')],
      [4, tenant('yota')],
      [5, tenant('beta')],
    ];
    observe(METRICS.queued, () => queued);
    page = await scraped();
  });
  afterAll(() => telemetry.shutdown());

  const scraped = async (): Promise<readonly string[]> => ((await telemetry.scrape?.()) ?? '').split('\n');

  /** An export sees what another one saw within the same millisecond: the next one does not. */
  async function becomes(...lines: readonly string[]): Promise<void> {
    const until = Date.now() + 4_000;
    let found: readonly string[];
    do found = (await scraped()).filter((line) => line.startsWith('vecino_gate_queued{'));
    while (!isDeepStrictEqual(found, lines) && Date.now() < until);
    expect(found).toEqual(lines);
  }

  it('is counted by tenant, those that were preferred by name', () => {
    expect(lineOf('vecino_ingest_requests_total{vecino_tenant_id="acme"}')).toMatch(/ 6$/);
    expect(lineOf('vecino_ingest_requests_total{vecino_tenant_id="beta"}')).toMatch(/ 3$/);
    expect(lineOf('vecino_ingest_requests_total{vecino_tenant_id="other"}')).toMatch(/ 1$/);
    expect(lineOf('vecino_ingest_requests_total{vecino_tenant_id="early"}')).toBeUndefined();
  });

  it("has the catalogue's buckets, and clocks that differ count as no time", () => {
    const bucket = (le: string) =>
      lineOf(`vecino_ingest_latency_seconds_bucket{vecino_tenant_id="acme",le="${le}"}`)?.split(' ').at(-1);
    expect(['0.05', '0.25', '5', '10', '+Inf'].map(bucket)).toEqual(['1', '2', '2', '3', '3']);
    expect(page.filter((line) => line.startsWith('vecino_ingest_latency_seconds_bucket'))).toHaveLength(
      METRICS.intakeLatency.buckets.length + 1,
    );
  });

  it('adds up what shares a label', () => {
    expect(lineOf('vecino_gate_queued{vecino_tenant_id="other"}')).toMatch(/ 7$/);
    expect(lineOf('vecino_gate_queued{vecino_tenant_id="beta"}')).toMatch(/ 5$/);
  });

  it('is exported no more once it is observed no more, and again with what is observed again', async () => {
    queued = [[6, tenant('beta')]];
    await becomes('vecino_gate_queued{vecino_tenant_id="beta"} 6');
    queued = [];
    await becomes();
    queued = [[8, tenant('acme')]];
    await becomes('vecino_gate_queued{vecino_tenant_id="acme"} 8');
  });

  it('comes with what Node and the process say', () => {
    expect(Number(lineOf('process_memory_usage_bytes ')?.split(' ')[1])).toBeGreaterThan(1e6);
    expect(lineOf('nodejs_eventloop_time_seconds_total{nodejs_eventloop_state="active"}')).toBeDefined();
    expect(lineOf('v8js_memory_heap_used_bytes{v8js_heap_space_name="old_space"}')).toBeDefined();
  });

  it('keeps every set of labels apart that named tenants can make: more than the SDK would', async () => {
    const ended = counter(METRICS.deploymentsEnded);
    const states = [...PHASE_STATES, ...TERMINAL_STATES];
    const sets = ['acme', 'beta', 'zeta'].flatMap((id) =>
      states.flatMap((state) => REASON_CODES.map((code) => ({ id, state, code }))),
    );
    expect(sets.length).toBeGreaterThan(2_000);
    for (const { id, state, code } of sets)
      ended.add(1, { ...tenant(id), 'vecino.deployment.state': state, 'vecino.reason.code': code });
    const text = (await telemetry.scrape?.()) ?? '';
    expect(text).not.toContain('otel_metric_overflow');
    expect(text.match(/^vecino_deployments_ended_total\{/gm)).toHaveLength(sets.length);
  });
});
