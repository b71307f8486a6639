import { startTelemetry, type Telemetry } from '@vecino/telemetry';
import { readPrometheusText } from '@vecino/testing';
import type { GateReport } from '@vecino/workflows';
import { Standing } from './standing.js';

const REPORT: GateReport = {
  idle: false,
  queued: 0,
  running: 1,
  quarantined: 0,
  toPublish: 0,
  cap: 10,
  queueLimit: 500,
  revision: 1,
  ready: true,
};
/** More than have a name, as some do that are no tenant's. */
const SERVED_QUEUES = 40;

describe('what is exported of those that have no name', () => {
  const standing = new Standing();
  let telemetry: Telemetry;
  let end: () => void;

  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 0 } });
    end = standing.observe();
    standing.gate('at rest', { ...REPORT, running: 0 });
    standing.gate('full', { ...REPORT, running: 10, queued: 450 });
    for (const id of ['behind', 'behind too']) standing.gate(id, { ...REPORT, toPublish: 300 });
    for (let n = 0; n < SERVED_QUEUES; n += 1) queue(`served-${n}`, 1);
    queue('unserved', 0);
    standing.looked(1, []);
  });
  afterAll(async () => {
    end();
    await telemetry.shutdown();
  });

  function queue(taskQueue: string, pollers: number): void {
    const place = { namespace: 'default', taskQueue };
    standing.queue(place).heard([{ ...place, type: 'workflow', pollers, backlog: 3 }]);
  }

  async function others(label: string): Promise<Readonly<Record<string, number>>> {
    const text = (await telemetry.scrape?.()) ?? '';
    const samples = readPrometheusText(text).flatMap((family) => family.samples);
    const unnamed = samples.filter(({ labels }) => labels[label] === 'other');
    return Object.fromEntries(unnamed.map(({ name, value }) => [name.replace('vecino_', ''), value]));
  }

  it('lets a full tenant be seen among those that have room, and makes no backlog of several small ones', async () => {
    expect(await others('vecino_tenant_id')).toMatchObject({
      gate_slots_used: 12,
      gate_slots_limit: 40,
      gate_slots_saturated: 10,
      gate_queue_fill_ratio: 0.9,
      gate_unpublished: 300,
    });
  });

  it('lets a queue without a worker be seen among those that have one', async () => {
    const found = await others('task_queue');
    expect(found['task_queue_pollers']).toBeGreaterThan(0);
    expect(found['task_queue_unserved']).toBe(3);
  });
});
