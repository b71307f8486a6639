import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startService } from './start-service.js';
import { Supervisor } from './supervisor.js';

const FIXTURES = join(__dirname, '..', 'fixtures');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

describe('a stack whose parent is killed', () => {
  it('leaves no process and no file behind', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'vecino-orphan-'));
    const { KAFKA_BROKERS: _kafka, TEMPORAL_ADDRESS: _temporal, ...env } = process.env;
    const parent = fork(join(FIXTURES, 'parent.cjs'), [stateDir], {
      execArgv: ['-C', '@vecino/source', '-r', join(__dirname, '..', 'register.cjs')],
      env,
    });
    const { pids } = await new Promise<{ pids: number[] }>((resolve, reject) => {
      parent.once('message', (message) => resolve(message as { pids: number[] }));
      parent.once('exit', (code) => reject(new Error(`the parent ended early with ${code}`)));
    });
    expect(pids.map(isAlive)).toEqual([true, true]);

    parent.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    await until(() => !existsSync(stateDir));
  }, 120_000);
});

describe('startService', () => {
  let supervisor: Supervisor;
  let dir: string;

  beforeEach(() => {
    supervisor = new Supervisor();
    dir = mkdtempSync(join(tmpdir(), 'vecino-service-'));
  });

  afterEach(async () => {
    await supervisor.close();
    rmSync(dir, { recursive: true });
  });

  const start = (mode: string, readyWithinMs = 30_000) =>
    startService({
      supervisor,
      name: 'fixture',
      entry: join(FIXTURES, 'service.cjs'),
      args: [mode],
      env: { WORD: 'hello' },
      cwd: dir,
      logPath: join(dir, 'fixture.log'),
      readyWithinMs,
    });

  it('waits for the ready line and hands on the environment', async () => {
    const service = await start('plain');
    expect(service.readyLine).toMatchObject({ run: service.process.pid, word: 'hello' });
    await expect(service.stop()).resolves.toMatchObject({ signal: 'SIGTERM' });
  });

  it('kills a service at once, and starts it anew without taking the old ready line for the new one', async () => {
    const service = await start('stubborn');
    const first = service.process.pid;
    await expect(service.kill()).resolves.toMatchObject({ signal: 'SIGKILL' });
    expect(isAlive(first)).toBe(false);
    await service.restart();
    expect(service.process.pid).not.toBe(first);
    expect(service.readyLine['run']).toBe(service.process.pid);
    await service.kill();
  });

  it('shows the end of the log of a service that dies while it starts', async () => {
    await expect(start('broken')).rejects.toMatchObject({
      code: 'PROCESS_DIED',
      message: expect.stringContaining('cannot go on'),
    });
  });

  it('ends a service that never becomes ready', async () => {
    await expect(start('mute', 300)).rejects.toMatchObject({ code: 'NOT_READY' });
  });

  it('says which command could not be run', async () => {
    const run = supervisor.run({
      name: 'nothing',
      command: join(dir, 'no-such-command'),
      args: [],
      env: {},
      cwd: dir,
      logPath: join(dir, 'nothing.log'),
      graceMs: 0,
    });
    await expect(run).rejects.toMatchObject({ code: 'PROCESS_DIED' });
  });
});
