import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './is-alive.js';
import { startPlatform } from './start-platform.js';
import { thisRepository } from './repository.js';

it('starts everything beside what runs already, survives the death of a service, and leaves nothing behind', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'vecino-platform-'));
  const platform = await startPlatform({
    repository: thisRepository(),
    stateDir,
    ephemeral: true,
    run: 'sources',
    // Not the servers of the other tests: its workers would take their work.
    env: { KAFKA_BROKERS: '', TEMPORAL_ADDRESS: '' },
  });
  const names = platform.services.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['router-simulator', 'ingest', 'worker-shared', 'status-projector']),
  );

  const projector = platform.service('status-projector');
  await projector.kill();
  await projector.restart();
  expect(projector.readyLine).toMatchObject({ msg: 'ready' });

  const servers = platform.stack.parts.flatMap(({ process: server }) => server?.pid ?? []);
  expect(servers.length).toBeGreaterThanOrEqual(2);
  const pids = [...servers, ...platform.services.map((service) => service.process.pid)];
  expect(pids.every(isAlive)).toBe(true);
  await platform.stop();
  expect(pids.some(isAlive)).toBe(false);
  expect(existsSync(stateDir)).toBe(false);
}, 240_000);
