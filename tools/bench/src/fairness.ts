import { atLeast, atMost, type Bar, exactly } from './bar.js';
import { type BenchPlatform, startPlatform } from './bench-platform.js';
import type { Bench, BenchContext } from './bench.js';
import { equals, type SharesPlan, weighted } from './fairness-shares.js';
import { feel, type Felt, type Traffic } from './fairness-traffic.js';
import { gateRuns } from './gate-history.js';
import { type Laboratory, openLaboratory } from './laboratory.js';
import { type BenchReport, percentiles, raise, type Round, spreadOf } from './report.js';
import { sizesOf } from './sizes.js';

const SIDES = ['pooled', 'queue', 'dedicated', 'naive'] as const;
type Side = (typeof SIDES)[number];

const SIZES = {
  tenants: 10,
  /**
   * Requests per second of each quiet tenant; the noisy one sends this many times as much. So few that everything together, the load and
   * the servers included, leaves most of two processors free: above that the wait for a processor is measured, which no design gives back.
   */
  quiet_per_s: 0.2,
  flood_times: 100,
  /** Time that the activity of each deployment takes on average, and how many of them the pool's worker runs at once. */
  work_ms: 8_000,
  pool_slots: 20,
  warm_s: 5,
  measure_s: 80,
  late_s: 60,
  /** Of `equals` and `weights`. */
  share_slots: 8,
  share_work_ms: 800,
  share_cap: 40,
  skip: 200,
  dispatches: 1_000,
} as const;

/** How much longer the quiet tenants' p95 may be under the flood. */
const P95_BARS: Readonly<Record<Side, number | undefined>> = {
  pooled: 1.5,
  queue: 1.5,
  dedicated: 1.2,
  naive: undefined,
};

/** What nine quiet tenants feel of a tenth that floods, and how a pool that is too small is shared. */
export const fairness: Bench = {
  name: 'fairness',
  summary:
    'quiet tenants’ record → STARTED alone and under a 100x flood, on each route and with one start per record; shares of the pool',
  defaultRounds: 3,
  sizes: SIZES,
  parts: [...SIDES, 'equals', 'weights'],
  async run(context: BenchContext) {
    const size = sizesOf(SIZES, context.sizes);
    const sides = SIDES.filter((side) => context.parts.includes(side));
    const plan: SharesPlan = {
      slots: size.share_slots,
      workMs: size.share_work_ms,
      cap: size.share_cap,
      skip: size.skip,
      dispatches: size.dispatches,
    };
    const lab = await openLaboratory(context.progress);
    const rounds: Round[] = [];
    const felt = new Map<string, Measured[]>();
    try {
      for (let n = 0; n < context.rounds; n++) {
        const round: Record<string, number> = {};
        for (const side of sides) {
          const order = n % 2 === 0 ? (['alone', 'flood'] as const) : (['flood', 'alone'] as const);
          for (const when of order) {
            const one = await measure(lab, `fair-${n}-${side}-${when}`, side, trafficOf(size, when), size);
            felt.set(`${side}_${when}`, [...(felt.get(`${side}_${when}`) ?? []), one]);
            Object.assign(round, figuresOf(`${side}_${when}`, [one]));
          }
        }
        if (context.parts.includes('equals'))
          Object.assign(round, await equals(lab, `equal-${n}`, size.tenants, plan));
        if (context.parts.includes('weights')) Object.assign(round, await weighted(lab, `weight-${n}`, plan));
        rounds.push(round);
        context.print(`round ${n + 1}: ${JSON.stringify(round)}`);
      }
    } finally {
      await lab.close();
    }
    return conclude(context, sides, felt, rounds);
  },
};

interface FloodCost {
  readonly signals: number;
  readonly events: number;
}
type Measured = Felt & { readonly flood: FloodCost };
type Size = ReturnType<typeof sizesOf<typeof SIZES>>;

const trafficOf = (size: Size, when: 'alone' | 'flood'): Traffic => ({
  quietPerSecond: size.quiet_per_s,
  floodPerSecond: when === 'alone' ? 0 : size.quiet_per_s * size.flood_times,
  warmSeconds: size.warm_s,
  measureSeconds: size.measure_s,
  lateSeconds: size.late_s,
});

async function measure(
  lab: Laboratory,
  name: string,
  side: Side,
  traffic: Traffic,
  size: Size,
): Promise<Measured> {
  const route = side === 'naive' ? 'pooled' : side;
  const tenants = await lab.writeTenants(name, size.tenants, { cap: 10, route });
  const platform = await startPlatform(lab, {
    name,
    tenants,
    bundle: await lab.bundle('timed-deployments'),
    workMs: size.work_ms,
    poolSlots: size.pool_slots,
    workers: side === 'dedicated' ? 'one-per-tenant' : 1,
    ...(side === 'naive' && {
      ingest: { entry: 'tools/bench/dist/naive-ingest.js', args: ['--shared-queue'] },
    }),
  });
  try {
    const felt = await feel(lab, platform, tenants.ids, traffic);
    return { ...felt, flood: await floodCost(platform, side, tenants.ids[0] as string, traffic) };
  } finally {
    await platform.stop();
  }
}

/** What the noisy tenant's gate had to do. */
async function floodCost(
  { client }: BenchPlatform,
  side: Side,
  tenantId: string,
  { floodPerSecond }: Traffic,
): Promise<FloodCost> {
  if (side === 'naive' || floodPerSecond === 0) return { signals: 0, events: 0 };
  const runs = await gateRuns(client, tenantId);
  return {
    signals: runs.reduce((sum, run) => sum + run.signals, 0),
    events: runs.reduce((sum, run) => sum + run.events, 0),
  };
}

const figuresOf = (name: string, felt: readonly Measured[]): Record<string, number> => ({
  ...percentiles(
    `${name}_started`,
    felt.flatMap(({ started }) => started),
  ),
  ...percentiles(
    `${name}_working`,
    felt.flatMap(({ working }) => working),
  ),
  [`${name}_requests`]: felt.reduce((sum, { started }) => sum + started.length, 0),
  [`${name}_not_started`]: felt.reduce((sum, { notStarted }) => sum + notStarted, 0),
  [`${name}_not_working`]: felt.reduce((sum, { notWorking }) => sum + notWorking, 0),
  [`${name}_noisy_gate_signals`]: felt.reduce((sum, { flood }) => sum + flood.signals, 0),
  [`${name}_noisy_gate_events`]: felt.reduce((sum, { flood }) => sum + flood.events, 0),
});

function conclude(
  context: BenchContext,
  sides: readonly Side[],
  felt: ReadonlyMap<string, readonly Measured[]>,
  rounds: readonly Round[],
): Pick<BenchReport, 'rounds' | 'figures' | 'bars'> {
  const figures: Record<string, BenchReport['figures'][string]> = {};
  const bars: Bar[] = [];
  for (const [name, all] of felt) Object.assign(figures, figuresOf(name, all));
  for (const side of sides) {
    const p95 = (when: string): number => Number(figures[`${side}_${when}_started_p95_ms`]);
    // Rounded up, as the latencies are.
    const ratio = raise(p95('flood') / p95('alone'), 3);
    figures[`${side}_p95_ratio`] = ratio;
    const bar = P95_BARS[side];
    if (bar === undefined) continue;
    bars.push(atMost(`${side}: quiet tenants’ p95 under the flood, of alone`, ratio, bar));
    bars.push(
      exactly(`${side}: quiet requests that did not start`, Number(figures[`${side}_flood_not_started`]), 0),
    );
  }
  for (const figure of Object.keys(rounds[0] ?? {}).filter((name) => /^(equals|weights?|pool)_/.test(name)))
    figures[figure] = spreadOf(rounds, figure, 4);
  const worst = (figure: string): number => Math.max(...rounds.map((round) => round[figure] ?? NaN));
  if (context.parts.includes('equals')) {
    const least = Math.min(...rounds.map((round) => round['equals_jain'] ?? NaN));
    bars.push(atLeast('Jain index among backlogged equals', least, 0.95));
    bars.push(exactly('equals that starved', worst('equals_starved'), 0));
  }
  if (context.parts.includes('weights')) {
    bars.push(atMost('error of the worst share of the weights', worst('weights_worst_error'), 0.1));
    bars.push(exactly('weighted tenants that starved', worst('weights_starved'), 0));
  }
  return { rounds, figures, bars };
}
