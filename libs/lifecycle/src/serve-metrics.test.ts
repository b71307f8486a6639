import { startTelemetry } from '@vecino/telemetry';
import { readPrometheusText } from '@vecino/testing';
import { Health } from './health.js';
import { observeHealth } from './observe-health.js';
import { serveMetrics } from './serve-metrics.js';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

test('answers with what is measured now, the health of the service among it', async () => {
  const telemetry = startTelemetry({ serviceName: 'x', env: {}, metrics: { scraped: true, maxTenants: 1 } });
  const fault = { now: 'away' as string | undefined };
  const checks = [{ name: 'kafka', fault: () => fault.now }];
  const health = new Health({ service: 'ingest', checks, pulses: [] });
  observeHealth(health);
  const endpoint = await serveMetrics(LOOPBACK, () => telemetry.scrape?.() ?? Promise.resolve(''));
  try {
    const ask = async () => {
      const response = await fetch(`http://${endpoint.address}/metrics`);
      expect(response.status).toBe(200);
      const families = readPrometheusText(await response.text());
      return (name: string) => families.find((family) => family.name === name)?.samples;
    };
    expect((await ask())('vecino_service_ready')).toMatchObject([{ value: 0 }]);
    expect((await ask())('vecino_service_check')).toMatchObject([
      { labels: { vecino_check: 'kafka' }, value: 0 },
    ]);
    fault.now = undefined;
    health.begin();
    health.started();
    await new Promise((resolve) => setImmediate(resolve));
    expect((await ask())('vecino_service_ready')).toMatchObject([{ value: 1 }]);
    expect((await ask())('vecino_service_check')).toMatchObject([{ value: 1 }]);
    expect((await fetch(`http://${endpoint.address}/livez`)).status).toBe(404);
  } finally {
    health.end();
    endpoint.close();
    await telemetry.shutdown();
  }
});

test('says what is wrong where metrics cannot be collected', async () => {
  const endpoint = await serveMetrics(LOOPBACK, () => Promise.reject(new Error('is shutdown')));
  const response = await fetch(`http://${endpoint.address}/metrics`);
  expect([response.status, await response.json()]).toEqual([500, { fault: 'is shutdown' }]);
  endpoint.close();
});

test('and says it without secrets', async () => {
  const error = new Error('cannot reach http://ana:hunter2@collector, "password":"hunter2"');
  const endpoint = await serveMetrics(LOOPBACK, () => Promise.reject(error));
  const response = await fetch(`http://${endpoint.address}/metrics`);
  expect(await response.json()).toEqual({
    fault: 'cannot reach http://[redacted]@collector, "password":"[redacted]"',
  });
  endpoint.close();
});

test('an address that cannot be had is named with its variable', async () => {
  await expect(
    serveMetrics({ host: '203.0.113.1', port: 1 }, () => Promise.resolve('')),
  ).rejects.toMatchObject({
    code: 'METRICS_ADDRESS_UNUSABLE',
    message: expect.stringContaining('VECINO_METRICS_ADDRESS: cannot listen at 203.0.113.1:1'),
  });
});
