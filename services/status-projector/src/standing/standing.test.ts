import { startTelemetry, type Telemetry } from '@vecino/telemetry';
import type { RunningDeployment } from '@vecino/temporal';
import { readPrometheusText, waitFor } from '@vecino/testing';
import { Standing } from './standing.js';

const LOOKED_AT = 1_700_000_000_000;
const running = (state: string): RunningDeployment => ({
  tenantId: 'acme',
  deploymentId: 'd-1',
  runId: 'run-1',
  taskQueue: 'q',
  state,
});

describe('how gates stand, as it is exported', () => {
  const standing = new Standing();
  let telemetry: Telemetry;
  let end: () => void;
  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 5 } });
    end = standing.observe();
  });
  beforeEach(() => {
    standing.deployments([running('STAGING')], []);
    standing.looked(LOOKED_AT, []);
  });
  afterAll(async () => {
    end();
    await telemetry.shutdown();
  });

  async function becomes(states: string): Promise<void> {
    const found = async () => {
      const families = readPrometheusText((await telemetry.scrape?.()) ?? '');
      const samples = families.find(({ name }) => name === 'vecino_deployments_active')?.samples ?? [];
      return samples.map(({ labels }) => labels['vecino_deployment_state']).join();
    };
    const what = `deployments in ${states || 'no state'}`;
    await waitFor(async () => (await found()) === states, { timeoutMs: 4_000, what });
  }

  it('has no state that no deployment is in any more', async () => {
    await becomes('STAGING');
    standing.deployments([running('STAGED')], []);
    await becomes('STAGED');
    standing.deployments([], []);
    await becomes('');
  });

  it('outlives a look that failed, however long that took, and is nothing after a minute of them', async () => {
    standing.unknown(LOOKED_AT + 80_000);
    await becomes('STAGING');
    standing.unknown(LOOKED_AT + 140_000);
    await becomes('STAGING');
    standing.unknown(LOOKED_AT + 141_000);
    await becomes('');
    standing.looked(LOOKED_AT + 160_000, []);
    await becomes('STAGING');
  });
});
