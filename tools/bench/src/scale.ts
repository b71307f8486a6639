import { POOL_LIMITS } from '@vecino/temporal';
import { atLeast } from './bar.js';
import type { Bench, BenchContext } from './bench.js';
import { openLaboratory } from './laboratory.js';
import { cut, type Round, spreadOf } from './report.js';
import { namespacesCost } from './scale-namespaces.js';
import { workersFilled } from './scale-workers.js';
import { sizesOf } from './sizes.js';

const SIZES = {
  processes: [1, 3],
  /** Activities of the pool that each process runs at once: those of worker-shared. */
  slots: POOL_LIMITS.activities,
  /** Time that each takes: the machine must be able to start them faster than they end. */
  work_ms: 60_000,
  tenants: 40,
  measure_s: 60,
  namespaces: [10, 100],
} as const;

/** Of what each further process could add at most: 2.4 times as much with three. */
const LEAST_PER_PROCESS = 0.8;

/** How much more of the slots of many worker processes is filled; what namespaces cost. */
export const scale: Bench = {
  name: 'scale',
  summary:
    'slots filled by 1 and by 3 worker processes with activities that take time; memory and start-up with 10 and 100 namespaces',
  defaultRounds: 3,
  sizes: SIZES,
  parts: ['workers', 'namespaces'],
  async run(context: BenchContext) {
    const size = sizesOf(SIZES, context.sizes);
    const withWorkers = context.parts.includes('workers');
    const rounds: Round[] = [];
    const lab = await openLaboratory(context.progress);
    try {
      for (let n = 0; n < context.rounds; n++) {
        const round: Record<string, number> = {};
        for (const processes of withWorkers ? size.processes : [])
          Object.assign(
            round,
            await workersFilled(lab, `scale-${n}-${processes}`, {
              processes,
              slots: size.slots,
              workMs: size.work_ms,
              tenants: size.tenants,
              measureMs: size.measure_s * 1_000,
            }),
          );
        if (withWorkers) round['ratio'] = cut(ratioOf(round, size.processes), 3);
        // A namespace stays with its server: once is enough.
        if (context.parts.includes('namespaces') && n === 0)
          for (const count of size.namespaces)
            Object.assign(round, await namespacesCost(lab, `names-${count}`, count));
        rounds.push(round);
        context.print(`round ${n + 1}: ${JSON.stringify(round)}`);
      }
    } finally {
      await lab.close();
    }
    const figures = Object.fromEntries(
      Object.keys(rounds[0] ?? {}).map((name) => [
        name,
        name.startsWith('namespaces_') ? (rounds[0]?.[name] ?? NaN) : spreadOf(rounds, name, 3),
      ]),
    );
    if (!withWorkers) return { rounds, figures };
    const ratio = spreadOf(rounds, 'ratio', 3);
    const [few = NaN, many = NaN] = [size.processes[0], size.processes.at(-1)];
    const what = `slots filled by ${many} processes, of ${few}`;
    return {
      rounds,
      ratio,
      figures,
      bars: [atLeast(what, ratio.median, cut((LEAST_PER_PROCESS * many) / few, 3))],
    };
  },
};

const ratioOf = (round: Round, processes: readonly number[]): number =>
  (round[`workers_${processes.at(-1)}_filled`] ?? NaN) / (round[`workers_${processes[0]}_filled`] ?? NaN);
