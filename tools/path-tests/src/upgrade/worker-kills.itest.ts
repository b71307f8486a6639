import { thisRepository } from '@vecino/cli';
import { buildSources } from '../build-sources.js';
import { KillableWorker } from './killable-worker.js';
import { MUTATING_CALLS, type KillPlan } from './kill-plan.js';
import { routerEndsWell } from './router-judge.js';
import { NEW_VERSION, openUpgradeLaboratory, type UpgradeLaboratory } from './upgrade-laboratory.js';

/** The campaign in `docs/benchmarks.md` sets 5. */
const ROUNDS = Number(process.env['VECINO_KILL_ROUNDS'] ?? 1);
const LANES = 4;
/** More than an upgrade makes: a lane is over when it was not killed any more. */
const MOST_CALLS = 120;

interface Result {
  readonly plan: KillPlan;
  readonly killed: boolean;
  readonly state: string;
  readonly installs: number;
  readonly reboots: number;
  readonly complaints: readonly string[];
}

type Template = KillPlan extends infer P ? (P extends KillPlan ? Omit<P, 'routerId'> : never) : never;

/**
 * Plans of one round by lane, each lane taking every so many-th call. After a read nothing is different from before the
 * next call but the reports in between: those kills are left to the campaign.
 */
function* plansOf(lane: number): Generator<Template> {
  if (lane === 0) yield { kind: 'mid-install', atByte: 1_000_000 };
  const effect = MUTATING_CALLS[lane - 1];
  if (effect !== undefined) yield { kind: 'after-effect', call: effect };
  for (let ordinal = 1 + lane; ordinal <= MOST_CALLS; ordinal += LANES) {
    yield { kind: 'call', ordinal, when: 'before' };
    if (ROUNDS > 1) yield { kind: 'call', ordinal, when: 'after' };
  }
}

describe('a worker killed before and after each of its device calls', () => {
  let labs: UpgradeLaboratory[];
  const workers: KillableWorker[] = [];
  const results: Result[] = [];

  beforeAll(async () => {
    await buildSources(thisRepository().root);
    // A task queue for each lane, so that a kill meets one deployment only.
    labs = await Promise.all(
      Array.from({ length: LANES }, () =>
        openUpgradeLaboratory({
          routers: Array.from({ length: 40 * ROUNDS }, () => ({})),
          withWorker: false,
        }),
      ),
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all((labs ?? []).map((lab) => lab.stop()));
  }, 60_000);

  it(
    'leaves one Install, one Reboot and one upgraded router each time',
    async () => {
      await Promise.all(labs.map((lab, lane) => runLane(lab, lane)));

      const kills = results.filter(({ killed }) => killed);
      process.stdout.write(`${kills.length} kills in ${results.length} deployments\n`);
      expect(kills.length).toBeGreaterThanOrEqual((ROUNDS > 1 ? 45 : 25) * ROUNDS);
      for (const kind of ['mid-install', 'after-effect'] as const) {
        const each = kind === 'mid-install' ? 1 : MUTATING_CALLS.length;
        expect(kills.filter(({ plan }) => plan.kind === kind)).toHaveLength(each * ROUNDS);
      }
      const wrong = results.filter(
        ({ state, installs, reboots, complaints }) =>
          state !== 'SUCCEEDED' || installs !== 1 || reboots !== 1 || complaints.length > 0,
      );
      expect(wrong).toEqual([]);
    },
    ROUNDS * 300_000,
  );

  async function runLane(lab: UpgradeLaboratory, lane: number): Promise<void> {
    const worker = new KillableWorker(lab.workbench);
    workers.push(worker);
    let router = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const template of plansOf(lane)) {
        const result = await upgradeAndDie(lab, worker, {
          ...template,
          routerId: lab.routerId(router++),
        } as KillPlan);
        results.push(result);
        if (!result.killed) break;
      }
    }
  }

  async function upgradeAndDie(
    lab: UpgradeLaboratory,
    worker: KillableWorker,
    plan: KillPlan,
  ): Promise<Result> {
    const before = worker.kills;
    await worker.follow(plan);
    const { state } = await lab.ended(await lab.start(plan.routerId));
    const calls = lab.simulator.calls(plan.routerId).filter(({ accepted }) => accepted);
    const snapshot = lab.simulator.router(plan.routerId).snapshot();
    return {
      plan,
      killed: worker.kills > before,
      state,
      installs: calls.filter(({ rpc, detail }) => rpc.endsWith('/Install') && detail['transferred'] === true)
        .length,
      reboots: calls.filter(({ rpc }) => rpc.endsWith('System/Reboot')).length,
      complaints: routerEndsWell(snapshot, [NEW_VERSION]),
    };
  }
});
