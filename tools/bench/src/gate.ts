import { startPlatform } from './bench-platform.js';
import type { Bench, BenchContext } from './bench.js';
import { coreRates } from './gate-core.js';
import { openGateFlow } from './gate-flow.js';
import { longLife } from './gate-long.js';
import { type Laboratory, openLaboratory } from './laboratory.js';
import { cut, middleRate, type Round, spreadOf } from './report.js';
import { sizesOf } from './sizes.js';

const SIZES = {
  /** Queue lengths at which decisions are counted, and for how long each. */
  queued: [100, 1_000, 3_000],
  core_ms: 1_000,
  caps: [10, 100, 1_000],
  /** Deployments with each cap. */
  cap_deployments: 2_000,
  long_deployments: 20_000,
  long_cap: 100,
} as const;

/** The gate alone: decisions of its core, deployments of one tenant as its cap grows, and a long life of one gate. */
export const gate: Bench = {
  name: 'gate',
  summary:
    'decisions/s of the core, deployments/s of one tenant as its cap grows, 20,000 deployments through one gate',
  defaultRounds: 3,
  sizes: SIZES,
  parts: ['core', 'caps', 'long'],
  async run(context: BenchContext) {
    const size = sizesOf(SIZES, context.sizes);
    const rounds: Round[] = [];
    const core = (): Round => (context.parts.includes('core') ? coreRates(size.queued, size.core_ms) : {});
    if (!context.parts.includes('caps') && !context.parts.includes('long')) {
      for (let n = 0; n < context.rounds; n++) rounds.push(core());
      return { rounds, figures: spreads(rounds) };
    }
    const lab = await openLaboratory(context.progress);
    try {
      const bundle = await lab.bundle('trivial-deployments');
      const caps = context.parts.includes('caps') ? size.caps : [];
      if (caps.length > 0) await rateWithCap(lab, bundle, 'gate-warm', Math.max(...caps), 300);
      for (let n = 0; n < context.rounds; n++) {
        const rates: Record<string, number> = {};
        for (const cap of caps)
          rates[`cap_${cap}_per_s`] = cut(
            await rateWithCap(lab, bundle, `gate-${n}-${cap}`, cap, size.cap_deployments),
          );
        rounds.push({ ...core(), ...rates });
        context.print(`round ${n + 1}: ${JSON.stringify(rounds.at(-1))}`);
      }
      const long = context.parts.includes('long')
        ? await longLife(lab, context, bundle, { deployments: size.long_deployments, cap: size.long_cap })
        : { figures: {}, bars: [] };
      return { rounds, figures: { ...spreads(rounds), ...long.figures }, bars: long.bars };
    } finally {
      await lab.close();
    }
  },
};

const spreads = (rounds: readonly Round[]) =>
  Object.fromEntries(Object.keys(rounds[0] ?? {}).map((figure) => [figure, spreadOf(rounds, figure)]));

/** Deployments per second of one tenant, from Kafka to Kafka, with a worker that has a slot for each that its cap allows. */
async function rateWithCap(
  lab: Laboratory,
  bundle: string,
  name: string,
  cap: number,
  deployments: number,
): Promise<number> {
  const tenants = await lab.writeTenants(name, 1, { cap, activities: cap });
  const platform = await startPlatform(lab, { name, tenants, bundle });
  const flow = await openGateFlow(lab, platform, tenants.ids[0] as string);
  await flow.pass(deployments);
  await flow.stop();
  await platform.stop();
  return middleRate([...flow.endings.at.values()]);
}
