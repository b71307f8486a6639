import { connect } from 'node:net';
import { waitFor } from '@vecino/testing';
import { Health } from './health.js';
import { serveHealth } from './serve-health.js';
import type { Endpoint } from './serve-paths.js';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

describe('the endpoint', () => {
  let health: Health;
  let beats: number | undefined;
  let endpoint: Endpoint;

  beforeEach(async () => {
    beats = undefined;
    health = new Health({
      service: 'ingest',
      checks: [{ name: 'kafka', fault: () => 'nothing is read yet' }],
      pulses: [{ name: 'registry', beats: () => beats }],
    });
    endpoint = await serveHealth(LOOPBACK, health);
  });
  afterEach(() => endpoint.close());

  const ask = (path: string, method = 'GET') => fetch(`http://${endpoint.address}${path}`, { method });

  it('says that it is not ready with 503, and why', async () => {
    const response = await ask('/readyz?verbose');
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      ready: false,
      phase: 'starting',
      checks: [{ name: 'kafka' }],
    });
  });

  it('says 200 for what is ready and alive', async () => {
    const fine = new Health({ service: 'ingest', checks: [], pulses: [] });
    fine.started();
    const other = await serveHealth(LOOPBACK, fine);
    try {
      for (const path of ['/readyz', '/livez'])
        expect([path, (await fetch(`http://${other.address}${path}`)).status]).toEqual([path, 200]);
    } finally {
      other.close();
    }
  });

  it('says why without secrets', async () => {
    const fault = () => 'cannot reach redis://ana:hunter2@redis';
    const failing = new Health({ service: 'ingest', checks: [{ name: 'redis', fault }], pulses: [] });
    failing.begin();
    await new Promise((resolve) => setImmediate(resolve));
    const other = await serveHealth(LOOPBACK, failing);
    try {
      const answer = await fetch(`http://${other.address}/readyz`);
      expect(await answer.json()).toMatchObject({
        checks: [{ name: 'redis', why: 'cannot reach redis://[redacted]@redis' }],
      });
    } finally {
      failing.end();
      other.close();
    }
  });

  it.each([
    ['/', 'GET', 404],
    ['/readyz', 'POST', 405],
    ['/livez', 'HEAD', 200],
    ['/metrics', 'DELETE', 404],
  ])('%s by %s is %i', async (path, method, status) => {
    expect((await ask(path, method)).status).toBe(status);
  });

  it('does not keep a connection', async () => {
    expect((await ask('/livez')).headers.get('connection')).toBe('close');
  });

  it('does not wait for those who connect and ask nothing, however many they are', async () => {
    const [host = '', port] = endpoint.address.split(':');
    const sockets = Array.from({ length: 100 }, () =>
      connect(Number(port), host).on('error', () => undefined),
    );
    await waitFor(async () => (await ask('/livez')).status === 200, { what: 'an answer', timeoutMs: 9_000 });
    sockets.forEach((socket) => socket.destroy());
  }, 10_000);

  it('says which address it cannot have', async () => {
    const port = Number(endpoint.address.split(':')[1]);
    await expect(serveHealth({ ...LOOPBACK, port }, health)).rejects.toMatchObject({
      code: 'HEALTH_ADDRESS_UNUSABLE',
      disposition: 'retry',
      message: expect.stringContaining(`cannot listen at ${endpoint.address}`),
    });
  });
});
