import { startTelemetry, type Telemetry } from '@vecino/telemetry';
import { readPrometheusText } from '@vecino/testing';
import type { GateReport } from '@vecino/workflows';
import { Standing } from './standing.js';

const REPORT: GateReport = {
  idle: false,
  queued: 7,
  running: 2,
  quarantined: 0,
  toPublish: 1,
  cap: 10,
  queueLimit: 500,
  revision: 1,
  ready: true,
};
const WHOLE = [
  'deployments_stuck 0',
  'gate_quarantined 0',
  'gate_queue_fill_ratio 0.014',
  'gate_queue_limit 500',
  'gate_queued 7',
  'gate_silent 0',
  'gate_slots_limit 10',
  'gate_slots_saturated 0',
  'gate_slots_used 2',
  'gate_unpublished 1',
];
const queue = (taskQueue: string) => ({ namespace: 'default', taskQueue });
const found = (taskQueue: string) =>
  [{ ...queue(taskQueue), type: 'workflow', pollers: 0, backlog: 3 }] as const;

describe('what is exported', () => {
  let telemetry: Telemetry;
  let standing: Standing;
  let end: () => void;

  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 9 } });
  });
  beforeEach(() => {
    standing = new Standing();
    end = standing.observe();
  });
  afterEach(() => end());
  afterAll(() => telemetry.shutdown());

  /** `name number`, of what has this label. */
  async function exported(label: string, value: string): Promise<readonly string[]> {
    return readPrometheusText((await telemetry.scrape?.()) ?? '')
      .flatMap(({ samples }) => samples)
      .filter(({ labels }) => labels[label] === value)
      .map((sample) => `${sample.name.replace('vecino_', '')} ${sample.value}`)
      .toSorted();
  }

  it('of a gate that is silent is that alone, also while it is left alone, and all again once it answers', async () => {
    for (const id of ['acme', 'beta']) standing.gate(id, REPORT);
    standing.looked(1, []);
    standing.looked(2, ['acme']);
    for (const look of [3, 4]) standing.looked(look, []);
    expect(await exported('vecino_tenant_id', 'acme')).toEqual(['gate_silent 1']);
    expect(await exported('vecino_tenant_id', 'beta')).toEqual(WHOLE);
    standing.gate('acme', REPORT);
    expect(await exported('vecino_tenant_id', 'acme')).toEqual(WHOLE);
  });

  it('of a queue is what was last heard, until it has nothing to do or has not let itself be looked at for a minute', async () => {
    const names = ['fails', 'fails for long', 'has no namespace', 'had no turn', 'has nothing to do'];
    for (const name of names) standing.queue(queue(name)).heard(found(name));
    standing.looked(1, []);
    standing.forgetOtherQueues(names.slice(0, -1).map(queue));
    for (const at of [200_000, 260_000]) standing.queue(queue('fails')).failed(at);
    for (const at of [200_000, 260_001]) standing.queue(queue('fails for long')).failed(at);
    standing.queue(queue('has no namespace')).forget();
    standing.looked(2, []);
    const whole = ['task_queue_backlog 3', 'task_queue_pollers 0', 'task_queue_unserved 3'];
    expect(await exported('task_queue', 'fails')).toEqual(whole);
    expect(await exported('task_queue', 'fails for long')).toEqual([]);
    expect(await exported('task_queue', 'has no namespace')).toEqual([]);
    expect(await exported('task_queue', 'had no turn')).toEqual(whole);
    expect(await exported('task_queue', 'has nothing to do')).toEqual([]);
  });
});
