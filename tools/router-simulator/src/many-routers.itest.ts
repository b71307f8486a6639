import { connectDevice } from '@vecino/gnoi';
import { CertificateAuthority } from './certificate-authority.js';
import { fleet } from './fleet.js';
import { startSimulator, type Simulator } from './simulator.js';

const COUNT = 300;
const START_WITHIN_MS = 20_000;
const MEMORY_EACH_BYTES = 1024 * 1024;

let simulator: Simulator;
afterAll(() => simulator.stop());

describe('hundreds of routers over TLS in one process', () => {
  it('start in seconds, take little memory and are each their own', async () => {
    const authority = await CertificateAuthority.create();
    const client = await authority.issueClient('tester');
    const before = process.memoryUsage().rss;
    const start = Date.now();
    simulator = await startSimulator({
      routers: fleet({ count: COUNT, firstAddress: '127.77.0.1', port: 9339, runningVersion: '1.0.0' }),
      authority,
    });
    const startedMs = Date.now() - start;
    const memoryEach = (process.memoryUsage().rss - before) / COUNT;
    expect(startedMs).toBeLessThan(START_WITHIN_MS);
    expect(memoryEach).toBeLessThan(MEMORY_EACH_BYTES);

    const tls = { ca: authority.identity.certificate, cert: client.certificate, key: client.key };
    const uptimes = await Promise.all(
      simulator.routers.map(async (router) => {
        const { routerId, address, port } = router.snapshot();
        const device = connectDevice({
          address,
          port,
          serverName: routerId,
          tls,
          deadlines: { readMs: 30_000 },
        });
        const answer = await device.gnmi.systemState();
        device.close();
        if (answer.kind !== 'answer') throw new Error(`${routerId}: ${JSON.stringify(answer)}`);
        return router.snapshot().bootTimeNs;
      }),
    );
    expect(new Set(uptimes).size).toBe(COUNT);
    expect(new Set(simulator.calls().map(({ router_id }) => router_id)).size).toBe(COUNT);
    process.stdout.write(
      `${COUNT} routers: ${startedMs} ms, ${Math.round(memoryEach / 1024)} KiB each after start\n`,
    );
  });
});
