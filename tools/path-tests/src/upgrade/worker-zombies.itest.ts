import { randomUUID } from 'node:crypto';
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
/** One that is cancelled, those side by side, and one after them. */
const ROUTERS = 1 + SIDE_BY_SIDE + 1;

/** The stopped worker still takes what its open polls are given, and each such task waits for its timeout. */
const PATIENCE = { timeoutMs: 80_000 };

describe('a worker that is stopped for longer than its heartbeat timeout, and goes on', () => {
  let dir: string;
  let lab: UpgradeLaboratory;
  /** Each has task queue and router of its own: they mostly wait, and do that at the same time. */
  let cases: readonly { readonly lab: UpgradeLaboratory; readonly over: Promise<void> }[] = [];
  const workers: KillableWorker[] = [];

  beforeAll(async () => {
    await buildSources(thisRepository().root);
    dir = mkdtempSync(join(tmpdir(), 'vecino-zombies-'));
    const open = (routers: number) =>
      openUpgradeLaboratory({ routers: Array.from({ length: routers }, () => ({})), withWorker: false });
    lab = await open(ROUTERS);
    cases = await Promise.all(
      CASES.map(async (one) => {
        const own = await open(1);
        const over = upgradedByTwo(own, one);
        // Whoever waits for it fails with it.
        over.catch(() => undefined);
        return { lab: own, over };
      }),
    );
  }, 180_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all([lab, ...cases.map((one) => one.lab)].map((one) => one?.stop()));
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  const calls = (routerId: string, rpc: string, of = lab) =>
    of.simulator.calls(routerId).filter((call) => call.rpc.endsWith(`/${rpc}`) && call.accepted);
  const refused = (routerId: string, of: UpgradeLaboratory) =>
    of.simulator.calls(routerId).some(({ detail }) => detail['install_error'] === 'INSTALL_IN_PROGRESS');
  const snapshot = (routerId: string, of = lab) => of.simulator.router(routerId).snapshot();

  /** A deployment whose first worker is stopped at the moment, and whose second one takes over. */
  async function stopped(of: UpgradeLaboratory, routerId: string, moment: KillMoment) {
    const report = join(dir, randomUUID());
    const read = () => (existsSync(report) ? readFileSync(report, 'utf8') : '');
    const [first, second] = [new KillableWorker(of.workbench), new KillableWorker(of.workbench)];
    workers.push(first, second);
    await first.follow({ routerId, moment, signal: 'SIGSTOP', report });
    const deploymentId = await of.start(routerId);
    await waitFor(() => struckCall(read()), { ...PATIENCE, what: 'the stop' });
    await second.serve();
    const goOn = async () => {
      await first.signal('SIGCONT');
      await waitFor(() => read().includes(OVER_LINE), { ...PATIENCE, what: 'the end of the zombie’s call' });
    };
    const stop = () => Promise.all([first.stop(), second.stop()]);
    return { deploymentId, goOn, stop };
  }

  async function upgradedByTwo(of: UpgradeLaboratory, { moment, until }: ZombieCase): Promise<void> {
    const routerId = of.routerId(0);
    const { deploymentId, goOn } = await stopped(of, routerId, moment);
    if (until === 'INSTALL_IN_PROGRESS')
      await waitFor(() => refused(routerId, of), { ...PATIENCE, what: until });
    else await of.phase(deploymentId, until, PATIENCE.timeoutMs);
    await goOn();
    expect(await of.ended(deploymentId)).toMatchObject({ state: 'SUCCEEDED', locked: false });
    const installs = calls(routerId, 'Install', of);
    expect(installs.filter(({ detail }) => detail['transferred'] === true)).toHaveLength(1);
    expect(calls(routerId, 'Reboot', of)).toHaveLength(1);
    expect(snapshot(routerId, of).boots).toBe(1);
    expect(routerEndsWell(snapshot(routerId, of), [NEW_VERSION])).toEqual([]);
  }

  it.each(CASES.map((one, index) => [one.name, index] as const))(
    'does nothing twice: %s',
    async (_name, index) => {
      await expect(cases[index]?.over).resolves.toBeUndefined();
    },
    150_000,
  );

  it('does not arm a router again whose deployment was cancelled meanwhile', async () => {
    const routerId = lab.routerId(0);
    const moment: KillMoment = { kind: 'around-effect', call: 'activate', when: 'before' };
    const { deploymentId, goOn, stop } = await stopped(lab, routerId, moment);
    await lab.cancel(deploymentId);
    expect(await lab.ended(deploymentId)).toMatchObject({ state: 'CANCELLED' });
    await goOn();
    expect(calls(routerId, 'Reboot')).toEqual([]);
    expect(routerEndsWell(snapshot(routerId), [OLD_VERSION])).toEqual([]);
    await stop();
  }, 150_000);

  it('does nothing for the tasks that it was given while it was stopped, and that another has done since', async () => {
    const [first, second] = [new KillableWorker(lab.workbench), new KillableWorker(lab.workbench)];
    workers.push(first, second);
    await Promise.all([first.serve(), second.serve()]);
    const routers = Array.from({ length: SIDE_BY_SIDE }, (_, nth) => lab.routerId(1 + nth));
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
