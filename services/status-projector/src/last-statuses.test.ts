import { memoryFeed } from '@vecino/registry/testing';
import { startTelemetry, type Telemetry } from '@vecino/telemetry';
import { readPrometheusText, waitFor } from '@vecino/testing';
import { type LastStatuses, tellLastStatuses } from './last-statuses.js';
import { tenantsOn } from './testing/registry-under-test.js';

describe('the clock of the last status', () => {
  const registry = memoryFeed(tenantsOn({ acme: 'pooled', beta: 'pooled', gamma: 'pooled' }));
  let telemetry: Telemetry;
  let last: LastStatuses;

  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 5 } });
    last = tellLastStatuses(registry);
  });
  afterAll(() => telemetry.shutdown());

  /** Seconds by tenant, as they are scraped. */
  async function told(): Promise<Readonly<Record<string, number>>> {
    const families = readPrometheusText((await telemetry.scrape?.()) ?? '');
    const samples = families.find(({ name }) => name === 'vecino_status_last_seconds')?.samples ?? [];
    return Object.fromEntries(samples.map(({ labels, value }) => [labels['vecino_tenant_id'] ?? '', value]));
  }

  it('is told of tenants of which this process has published any, each with its newest', async () => {
    last.published('acme', 4_000);
    last.published('beta', 5_000);
    last.published('acme', 6_500);
    expect(await told()).toEqual({ acme: 6.5, beta: 5 });
  });

  it('goes with its tenant, and does not come back with it', async () => {
    last.published('acme', 7_000);
    last.published('beta', 7_000);
    registry.set(tenantsOn({ beta: 'pooled' }));
    await waitFor(async () => !('acme' in (await told())), { timeoutMs: 4_000, what: 'acme to be gone' });
    registry.set(tenantsOn({ acme: 'pooled', beta: 'pooled' }));
    expect(await told()).toEqual({ beta: 7 });
    last.published('acme', 8_000);
    expect(await told()).toEqual({ acme: 8, beta: 7 });
  });
});
