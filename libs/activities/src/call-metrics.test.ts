import type { CallRecord } from '@vecino/gnoi';
import { LABELS, startTelemetry, type Telemetry } from '@vecino/telemetry';
import { readPrometheusText } from '@vecino/testing';
import { RPC_CODES } from '@vecino/upgrade';
import { countingCalls } from './call-metrics.js';

describe('what calls to routers count as', () => {
  let telemetry: Telemetry;
  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 99 } });
  });
  afterAll(() => telemetry.shutdown());

  /** Status and fault of a call that came out like this, as they are scraped. */
  async function countedAs(outcome: string) {
    const seen: CallRecord[] = [];
    const tenant = `t-${outcome}`;
    const record: CallRecord = { call: 'gnoi.os.OS/Install', startedAt: 0, ms: 5, outcome, detail: {} };
    countingCalls({ observer: (one) => seen.push(one) }, tenant).observer?.(record);
    expect(seen).toEqual([record]);
    const families = readPrometheusText((await telemetry.scrape?.()) ?? '');
    const samples = families.flatMap((family) => family.samples);
    const [labels, ...others] = samples
      .filter(({ name }) => name === 'rpc_client_call_duration_seconds_count')
      .filter((sample) => sample.labels['vecino_tenant_id'] === tenant)
      .map((sample) => sample.labels);
    expect(others).toEqual([]);
    return { status: labels?.['rpc_response_status_code'], fault: labels?.['error_type'] };
  }

  it.each(['answer', 'validated', 'activated'])('%s is OK, and no fault', async (outcome) => {
    expect(await countedAs(outcome)).toEqual({ status: 'OK', fault: undefined });
  });

  it.each(['install-error', 'activate-error', 'validated-other'])('%s came with OK', async (outcome) => {
    expect(await countedAs(outcome)).toEqual({ status: 'OK', fault: outcome });
  });

  it.each(RPC_CODES)('%s is its own fault', async (code) => {
    expect(await countedAs(code)).toEqual({ status: code, fault: code });
  });

  it.each(['identity-mismatch', 'stalled', 'source-mismatch', 'protocol-violation'])(
    '%s has no status',
    async (outcome) => {
      expect(await countedAs(outcome)).toEqual({ status: undefined, fault: outcome });
    },
  );

  it('has no status that is not one of gRPC', () => {
    expect([...LABELS['rpc.response.status_code'].bound].sort()).toEqual(['OK', ...RPC_CODES].sort());
  });
});
