import { PHASE_STATES, REASON_CODES, TERMINAL_STATES } from '@vecino/foundation';
import { startTelemetry, type Telemetry } from '../start-telemetry.js';
import { METRICS } from './catalogue.js';
import { counter, gauge, histogram, isRecording, observe, preferTenants } from './instruments.js';

const tenant = (id: string) => ({ 'vecino.tenant.id': id });

describe('what is measured', () => {
  const taken = counter(METRICS.requestsTaken);
  const latency = histogram(METRICS.intakeLatency);
  const last = gauge(METRICS.lastStatus);
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
    last.set(12, tenant('acme'));
    last.set(13, tenant('acme'));
    const values = [
      [3, tenant('zeta')],
      [4, tenant('yota')],
      [5, tenant('beta')],
    ] as const;
    observe(METRICS.queued, () => values);
    page = ((await telemetry.scrape?.()) ?? '').split('\n');
  });
  afterAll(() => telemetry.shutdown());

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

  it('adds up what shares a label, and keeps the last of what is set', () => {
    expect(lineOf('vecino_gate_queued{vecino_tenant_id="other"}')).toMatch(/ 7$/);
    expect(lineOf('vecino_gate_queued{vecino_tenant_id="beta"}')).toMatch(/ 5$/);
    expect(lineOf('vecino_status_last_seconds{vecino_tenant_id="acme"}')).toMatch(/ 13$/);
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
