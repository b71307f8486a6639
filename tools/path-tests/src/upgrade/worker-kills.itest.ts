import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { waitFor } from '@vecino/testing';
import { buildSources } from '../build-sources.js';
import { KillableWorker } from './killable-worker.js';
import { struckCall, type KillMoment, type KillPlan } from './kill-plan.js';
import { KILL_VARIANTS, TOO_LATE, type KillVariant } from './kill-variants.js';
import { routerEndsWell } from './router-judge.js';
import {
  NEW_VERSION,
  OLD_VERSION,
  openUpgradeLaboratory,
  type UpgradeLaboratory,
} from './upgrade-laboratory.js';

/** The campaign in `docs/benchmarks.md` sets 5. */
const ROUNDS = Number(process.env['VECINO_KILL_ROUNDS'] ?? 1);
const CAMPAIGN = ROUNDS > 1;
const LANES = 4;
/** More than an upgrade makes: a lane is over when it was not killed any more. */
const MOST_CALLS = 160;
/** Outside the campaign: each how many-th call. */
const sampleOf = ({ name }: KillVariant): number => (name === 'plain' ? 6 : 20);

interface Result {
  readonly moment: KillMoment;
  /** Which call was struck; undefined where the deployment ended before the moment came. */
  readonly struck: string | undefined;
  readonly complaints: readonly string[];
}

/**
 * Moments of one round by lane. After a read nothing is different from before the next call but the reports in between:
 * those kills are left to the campaign.
 */
function* momentsOf(variant: KillVariant, lane: number): Generator<KillMoment> {
  yield* variant.moments.filter((_, index) => index % LANES === lane);
  const each = CAMPAIGN ? 1 : sampleOf(variant);
  for (let ordinal = 1 + lane * each; ordinal <= MOST_CALLS; ordinal += LANES * each) {
    yield { kind: 'call', ordinal, when: 'before' };
    if (CAMPAIGN) yield { kind: 'call', ordinal, when: 'after' };
  }
}

const table: { variant: string; struck: string }[] = [];

beforeAll(() => buildSources(thisRepository().root), 120_000);
afterAll(() => {
  const rows = [...new Set(table.map(({ struck }) => struck))].sort().map((struck) => {
    const of = (variant: string) =>
      table.filter((one) => one.struck === struck && one.variant === variant).length;
    return [struck, ...KILL_VARIANTS.map(({ name }) => String(of(name)))];
  });
  const head = ['killed', ...KILL_VARIANTS.map(({ name }) => name)];
  const lines = [head, ...rows].map((row) => row.map((cell, at) => cell.padEnd(at === 0 ? 24 : 18)).join(''));
  process.stdout.write(`${lines.join('\n')}\n${table.length} kills\n`);
});

describe.each(KILL_VARIANTS)('a worker killed around its device calls: $name', (variant) => {
  let dir: string;
  let labs: UpgradeLaboratory[];
  const workers: KillableWorker[] = [];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vecino-kills-'));
    const perLane = CAMPAIGN || variant.name === 'plain' ? 45 * ROUNDS : 16;
    // A task queue for each lane, so that a kill meets one deployment only.
    labs = await Promise.all(
      Array.from({ length: LANES }, () =>
        openUpgradeLaboratory({
          routers: Array.from({ length: perLane }, () => variant.router),
          withWorker: false,
        }),
      ),
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all((labs ?? []).map((lab) => lab.stop()));
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it(
    'leaves the router as it must be, each time',
    async () => {
      const results = (await Promise.all(labs.map((lab, lane) => runLane(lab, lane)))).flat();
      const kills = results.filter(({ struck }) => struck !== undefined);
      for (const { struck } of kills) table.push({ variant: variant.name, struck: struck ?? '' });
      expect(results.filter(({ complaints }) => complaints.length > 0)).toEqual([]);
      expect(kills.length).toBeGreaterThanOrEqual(variant.moments.length * ROUNDS + 2);
      const named = kills.filter(({ moment }) => moment.kind !== 'call');
      expect(named).toHaveLength(variant.moments.length * ROUNDS);
    },
    ROUNDS * 600_000,
  );

  async function runLane(lab: UpgradeLaboratory, lane: number): Promise<Result[]> {
    const worker = new KillableWorker(lab.workbench);
    workers.push(worker);
    const results: Result[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const moment of momentsOf(variant, lane)) {
        const result = await upgradeAndDie(lab, worker, moment, lab.routerId(results.length));
        results.push(result);
        // The moment has not come, or came when a cancel was too late: so it is with all later ones.
        if (result.struck === undefined) break;
      }
    }
    return results;
  }

  async function upgradeAndDie(
    lab: UpgradeLaboratory,
    worker: KillableWorker,
    moment: KillMoment,
    routerId: string,
  ): Promise<Result> {
    const report = join(dir, routerId + '-' + String(labs.indexOf(lab)));
    const plan: KillPlan = { routerId, moment, report, signal: variant.cancelled ? 'SIGSTOP' : 'SIGKILL' };
    await worker.follow(plan);
    const deploymentId = await lab.start(routerId);
    const told = () => (existsSync(report) ? struckCall(readFileSync(report, 'utf8')) : undefined);
    const ended = lab.ended(deploymentId);
    if (variant.cancelled) {
      const over = ended.then(() => 'over' as const);
      const stopped = waitFor(told, { what: 'the moment', timeoutMs: 60_000 }).catch(() => undefined);
      if ((await Promise.race([over, stopped])) !== 'over') {
        await lab.cancel(deploymentId);
        await worker.signal('SIGKILL');
      }
    }
    const { state } = await ended;
    const tooLate = lab.published.some(
      (change) => change.deploymentId === deploymentId && change.reason?.code === TOO_LATE,
    );
    const struck = told();
    return {
      moment,
      struck,
      complaints: complaintsOf(lab, routerId, state, struck === undefined || tooLate),
    };
  }

  /** `cancelFailed`: no cancel was ordered, or it came too late. */
  function complaintsOf(
    lab: UpgradeLaboratory,
    routerId: string,
    state: string,
    cancelFailed: boolean,
  ): string[] {
    const plain = KILL_VARIANTS[0] ?? variant;
    const expected = variant.cancelled && cancelFailed ? plain : variant;
    const accepted = lab.simulator.calls(routerId).filter((call) => call.accepted);
    const installs = accepted.filter(
      ({ rpc, detail }) => rpc.endsWith('/Install') && detail['transferred'] === true,
    ).length;
    const reboots = accepted.filter(({ rpc }) => rpc.endsWith('System/Reboot'));
    const directions = reboots.map(({ detail }) => String(detail['direction']));
    const router = lab.simulator.router(routerId).snapshot();
    const complaints = routerEndsWell(router, [expected.runs === 'new' ? NEW_VERSION : OLD_VERSION]);
    if (state !== expected.state) complaints.push(`ended ${state}`);
    if (installs !== 1 && !(expected.cancelled && installs === 0)) complaints.push(`${installs} Installs`);
    if (directions.join() !== expected.reboots.join()) complaints.push(`Reboots: ${directions.join()}`);
    if (router.boots !== expected.boots) complaints.push(`${router.boots} boots`);
    return complaints;
  }
});
