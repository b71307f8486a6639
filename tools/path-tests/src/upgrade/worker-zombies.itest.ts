import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { waitFor } from '@vecino/testing';
import { buildSources } from '../build-sources.js';
import { KillableWorker } from './killable-worker.js';
import { OVER_LINE, struckCall, type KillMoment } from './kill-plan.js';
import { routerEndsWell } from './router-judge.js';
import {
  NEW_VERSION,
  OLD_VERSION,
  openUpgradeLaboratory,
  type UpgradeLaboratory,
} from './upgrade-laboratory.js';

interface ZombieCase {
  readonly name: string;
  readonly moment: KillMoment;
  /** What the second worker comes to before the first goes on: a phase, or a router that is still busy with the first. */
  readonly until: 'WAIT_UP' | 'VERIFYING' | 'INSTALL_IN_PROGRESS';
}

const CASES: readonly ZombieCase[] = [
  { name: 'amid Install', moment: { kind: 'mid-install', atByte: 1_000_000 }, until: 'INSTALL_IN_PROGRESS' },
  {
    name: 'right before Activate',
    moment: { kind: 'around-effect', call: 'activate', when: 'before' },
    until: 'WAIT_UP',
  },
  {
    name: 'right before Reboot',
    moment: { kind: 'around-effect', call: 'reboot', when: 'before' },
    until: 'VERIFYING',
  },
];

/** Upgraded at once while a worker is stopped, so that some of their tasks are given to it. */
const SIDE_BY_SIDE = 4;
/** One each, one that is cancelled, those side by side, and one after them. */
const ROUTERS = CASES.length + 1 + SIDE_BY_SIDE + 1;

/** The stopped worker still takes what its open polls are given, and each such task waits for its timeout. */
const PATIENCE = { timeoutMs: 80_000 };

describe('a worker that is stopped for longer than its heartbeat timeout, and goes on', () => {
  let dir: string;
  let lab: UpgradeLaboratory;
  let workers: KillableWorker[] = [];

  beforeAll(async () => {
    await buildSources(thisRepository().root);
    dir = mkdtempSync(join(tmpdir(), 'vecino-zombies-'));
    lab = await openUpgradeLaboratory({
      routers: Array.from({ length: ROUTERS }, () => ({})),
      withWorker: false,
    });
  }, 180_000);
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    workers = [];
  });
  afterAll(async () => {
    await lab?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  const calls = (routerId: string, rpc: string) =>
    lab.simulator.calls(routerId).filter((call) => call.rpc.endsWith(`/${rpc}`) && call.accepted);
  const refused = (routerId: string) =>
    lab.simulator.calls(routerId).some(({ detail }) => detail['install_error'] === 'INSTALL_IN_PROGRESS');
  const snapshot = (routerId: string) => lab.simulator.router(routerId).snapshot();

  /** A deployment whose first worker is stopped at the moment, and whose second one takes over. */
  async function stopped(routerId: string, moment: KillMoment) {
    const report = join(dir, routerId);
    const read = () => (existsSync(report) ? readFileSync(report, 'utf8') : '');
    const [first, second] = [new KillableWorker(lab.workbench), new KillableWorker(lab.workbench)];
    workers.push(first, second);
    await first.follow({ routerId, moment, signal: 'SIGSTOP', report });
    const deploymentId = await lab.start(routerId);
    await waitFor(() => struckCall(read()), { what: 'the stop', timeoutMs: 30_000 });
    await second.serve();
    const goOn = async () => {
      await first.signal('SIGCONT');
      await waitFor(() => read().includes(OVER_LINE), { what: 'the end of the zombie’s call' });
    };
    return { deploymentId, goOn };
  }

  it.each(CASES.map((one, index) => [one.name, one, index] as const))(
    'does nothing twice: %s',
    async (_name, { moment, until }, index) => {
      const routerId = lab.routerId(index);
      const { deploymentId, goOn } = await stopped(routerId, moment);
      if (until === 'INSTALL_IN_PROGRESS')
        await waitFor(() => refused(routerId), { ...PATIENCE, what: until });
      else await lab.phase(deploymentId, until, PATIENCE.timeoutMs);
      await goOn();
      expect(await lab.ended(deploymentId)).toMatchObject({ state: 'SUCCEEDED', locked: false });
      expect(calls(routerId, 'Install').filter(({ detail }) => detail['transferred'] === true)).toHaveLength(
        1,
      );
      expect(calls(routerId, 'Reboot')).toHaveLength(1);
      expect(snapshot(routerId).boots).toBe(1);
      expect(routerEndsWell(snapshot(routerId), [NEW_VERSION])).toEqual([]);
    },
    150_000,
  );

  it('does not arm a router again whose deployment was cancelled meanwhile', async () => {
    const routerId = lab.routerId(CASES.length);
    const moment: KillMoment = { kind: 'around-effect', call: 'activate', when: 'before' };
    const { deploymentId, goOn } = await stopped(routerId, moment);
    await lab.cancel(deploymentId);
    expect(await lab.ended(deploymentId)).toMatchObject({ state: 'CANCELLED' });
    await goOn();
    expect(calls(routerId, 'Reboot')).toEqual([]);
    expect(routerEndsWell(snapshot(routerId), [OLD_VERSION])).toEqual([]);
  }, 150_000);

  it('does nothing for the tasks that it was given while it was stopped, and that another has done since', async () => {
    const [first, second] = [new KillableWorker(lab.workbench), new KillableWorker(lab.workbench)];
    workers.push(first, second);
    await Promise.all([first.serve(), second.serve()]);
    const routers = Array.from({ length: SIDE_BY_SIDE }, (_, nth) => lab.routerId(CASES.length + 1 + nth));
    const deployments = await Promise.all(routers.map((routerId) => lab.start(routerId)));
    await lab.phase(deployments[0] ?? '', 'PRECHECK', PATIENCE.timeoutMs);
    await first.signal('SIGSTOP');
    const outcomes = await Promise.all(deployments.map((deploymentId) => lab.ended(deploymentId)));
    expect(outcomes.map(({ state }) => state)).toEqual(routers.map(() => 'SUCCEEDED'));
    const changes = () =>
      ['Install', 'Activate', 'Reboot'].map(
        (rpc) => routers.flatMap((routerId) => calls(routerId, rpc)).length,
      );
    const done = changes();
    await second.stop();
    await first.signal('SIGCONT');
    // Its old tasks come before those of a deployment that only begins now.
    const next = await lab.start(lab.routerId(ROUTERS - 1));
    expect(await lab.ended(next)).toMatchObject({ state: 'SUCCEEDED' });
    expect(changes()).toEqual(done);
  }, 240_000);
});
