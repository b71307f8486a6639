import { FIRST_PHASE_SEQUENCE, GATE_SEQUENCE, TERMINAL_SEQUENCE } from '@vecino/foundation';
import { startTelemetry, type Telemetry } from '@vecino/telemetry';
import { readPrometheusText, type Sample } from '@vecino/testing';
import type { StatusChange } from '@vecino/workflows';
import { createStatusMeter } from './status-meter.js';

const change = (more: Partial<StatusChange> & Pick<StatusChange, 'state'>): StatusChange => ({
  deploymentId: 'd-1',
  routerId: 'r1',
  softwareVersion: '7.2.1',
  sequence: 0,
  occurredAt: 100_000,
  workflowId: 'gate/acme',
  runId: 'run-1',
  ...more,
});
const because = (code: NonNullable<StatusChange['reason']>['code']) => ({ reason: { code, text: 'x' } });

/** Of a deployment that waited for its cap, and was upgraded. */
const UPGRADED: readonly StatusChange[] = [
  change({ state: 'ACCEPTED', sequence: GATE_SEQUENCE.ACCEPTED, occurredAt: 91_000 }),
  change({ state: 'QUEUED', sequence: GATE_SEQUENCE.QUEUED, occurredAt: 91_000, ...because('CAP_REACHED') }),
  change({
    state: 'STARTED',
    sequence: GATE_SEQUENCE.STARTED,
    measured: { requestedAt: 90_000, waitCause: 'limit' },
  }),
  change({ state: 'PRECHECK', sequence: FIRST_PHASE_SEQUENCE, occurredAt: 100_100 }),
  change({
    state: 'STAGING',
    sequence: FIRST_PHASE_SEQUENCE + 1,
    occurredAt: 102_100,
    measured: { left: { state: 'PRECHECK', ms: 2_000 } },
  }),
  change({
    state: 'SUCCEEDED',
    sequence: TERMINAL_SEQUENCE,
    occurredAt: 142_100,
    ...because('UPGRADED'),
    measured: { requestedAt: 90_000, startedAt: 100_000, left: { state: 'STAGING', ms: 40_000 } },
  }),
];

describe('what statuses tell', () => {
  const meter = createStatusMeter();
  let telemetry: Telemetry;
  let tenants = 0;

  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 50 } });
  });
  afterAll(() => telemetry.shutdown());

  /** What is counted for a tenant of these statuses, without buckets: `name{label=value …} number`. */
  async function countedOf(changes: readonly StatusChange[], now = 143_100): Promise<readonly string[]> {
    const tenantId = `t-${(tenants += 1)}`;
    meter.published(tenantId, changes, now);
    const families = readPrometheusText((await telemetry.scrape?.()) ?? '');
    return families
      .flatMap(({ samples }) => samples)
      .filter(({ name, labels }) => labels['vecino_tenant_id'] === tenantId && !name.endsWith('_bucket'))
      .map(textOf)
      .toSorted();
  }

  it('is where the time went, and what came of it', async () => {
    expect(await countedOf(UPGRADED)).toEqual([
      'deployment_duration_seconds_count{SUCCEEDED} 1',
      'deployment_duration_seconds_sum{SUCCEEDED} 42.1',
      'deployment_phase_duration_seconds_count{PRECHECK} 1',
      'deployment_phase_duration_seconds_count{STAGING} 1',
      'deployment_phase_duration_seconds_sum{PRECHECK} 2',
      'deployment_phase_duration_seconds_sum{STAGING} 40',
      'deployments_ended_total{SUCCEEDED,UPGRADED} 1',
      'gate_decisions_total{admitted} 1',
      'gate_decisions_total{queued,CAP_REACHED} 1',
      'limits_hits_total{concurrency} 1',
      'queue_wait_seconds_count{limit} 1',
      'queue_wait_seconds_sum{limit} 10',
      'request_duration_seconds_count{SUCCEEDED} 1',
      'request_duration_seconds_sum{SUCCEEDED} 52.1',
      'status_publish_latency_seconds_count{} 6',
      expect.stringMatching(/^status_publish_latency_seconds_sum\{\} /),
    ]);
  });

  it('is nothing new where it only answers somebody who asked again', async () => {
    const again = UPGRADED.map((one) => ({ ...one, measured: { again: true } as const }));
    expect(await countedOf(again)).toEqual([]);
  });

  it('is a decision of the gate where that refused it, and none where its own first step did', async () => {
    const refused = (code: 'QUEUE_FULL' | 'IMAGE_UNKNOWN', startedAt?: number) =>
      change({
        state: 'REJECTED',
        sequence: TERMINAL_SEQUENCE,
        ...because(code),
        measured: startedAt === undefined ? {} : { startedAt },
      });
    const counted = await countedOf([refused('QUEUE_FULL'), refused('IMAGE_UNKNOWN', 99_000)]);
    expect(counted.filter((line) => !line.includes('seconds'))).toEqual([
      'deployments_ended_total{REJECTED,IMAGE_UNKNOWN} 1',
      'deployments_ended_total{REJECTED,QUEUE_FULL} 1',
      'gate_decisions_total{rejected,QUEUE_FULL} 1',
      'limits_hits_total{queue} 1',
    ]);
  });

  it('is what it is also where an earlier release told it, which measured nothing', async () => {
    const old = UPGRADED.map(({ measured: _, ...one }) => one);
    const counted = await countedOf(old);
    expect(counted).toContain('deployments_ended_total{SUCCEEDED,UPGRADED} 1');
    expect(counted).toContain('gate_decisions_total{admitted} 1');
    expect(counted.some((line) => line.startsWith('queue_wait'))).toBe(false);
  });
});

function textOf({ name, labels, value }: Sample): string {
  const others = Object.entries(labels).filter(([label]) => label !== 'vecino_tenant_id');
  const texts = others.map(([, text]) => text);
  return `${name.replace(/^vecino_/, '')}{${texts.join(',')}} ${value}`;
}
