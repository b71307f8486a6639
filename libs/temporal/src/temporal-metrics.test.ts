import { type Metric } from '@temporalio/common';
import { startTelemetry, type Telemetry } from '@vecino/telemetry';
import { readPrometheusText, waitFor } from '@vecino/testing';
import { createTemporalMeter, type TemporalMeter } from './temporal-metrics.js';

describe("what Temporal's SDK measures", () => {
  let telemetry: Telemetry;
  let take: TemporalMeter['take'];
  let forget: TemporalMeter['forget'];

  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'x', env: {}, metrics: { scraped: true, maxTenants: 0 } });
    ({ take, forget } = createTemporalMeter());
  });
  afterAll(() => telemetry.shutdown());

  const metric = (name: string, kind: Metric['kind']) =>
    ({ name, kind, valueType: 'int' }) as unknown as Metric;
  const scraped = async (name: string) => {
    const families = readPrometheusText((await telemetry.scrape?.()) ?? '');
    return families.find((family) => family.name === name)?.samples;
  };

  it('is exported by its own names, without labels that nobody knows', async () => {
    const attributes = { namespace: 'default', task_queue: 'q', service_name: 'temporal-core-sdk' };
    take({ metric: metric('temporal_worker_start', 'counter'), value: 2, attributes });
    take({ metric: metric('temporal_worker_start', 'counter'), value: 1, attributes });
    expect(await scraped('temporal_worker_start_total')).toEqual([
      {
        name: 'temporal_worker_start_total',
        labels: { namespace: 'default', task_queue: 'q' },
        value: 3,
      },
    ]);
    take({ metric: metric('temporal_of_a_later_sdk', 'counter'), value: 1, attributes });
    expect(await scraped('temporal_of_a_later_sdk_total')).toBeUndefined();
  });

  it('is told no more of a place that the last Worker has left', async () => {
    const places = async () =>
      (await scraped('temporal_worker_task_slots_used'))?.map(({ labels }) => labels['task_queue']) ?? [];
    for (const task_queue of ['q', 'left'])
      take({
        metric: metric('temporal_worker_task_slots_used', 'gauge'),
        value: 1,
        attributes: { namespace: 'default', task_queue, worker_type: 'ActivityWorker' },
      });
    expect(await places()).toEqual(['q', 'left']);
    forget({ namespace: 'default', taskQueue: 'left' });
    const what = 'the place to be gone';
    await waitFor(async () => (await places()).join() === 'q', { timeoutMs: 4_000, what });
  });

  it('adds up the gauges of queues that have no name of their own, each with its newest value', async () => {
    const tell = (queue: number, value: number) =>
      take({
        metric: metric('temporal_num_pollers', 'gauge'),
        value,
        attributes: { namespace: 'n', task_queue: `tenant-${queue}`, poller_type: 'activity_task' },
      });
    for (let queue = 0; queue < 100; queue += 1) tell(queue, 2);
    for (let queue = 0; queue < 100; queue += 1) tell(queue, 1);
    const samples = (await scraped('temporal_num_pollers')) ?? [];
    expect(samples.length).toBeLessThan(20);
    const sum = async () =>
      (await scraped('temporal_num_pollers'))?.reduce((total, { value }) => total + value, 0);
    expect(await sum()).toBe(100);
    forget({ namespace: 'n', taskQueue: 'tenant-99' });
    forget({ namespace: 'another', taskQueue: 'tenant-98' });
    expect(await sum()).toBe(99);
  });
});
