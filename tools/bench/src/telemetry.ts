import type { Service } from '@vecino/devstack';
import { atLeast, type Bar } from './bar.js';
import type { Bench } from './bench.js';
import { intakeRate } from './intake.js';
import { type Laboratory, openLaboratory } from './laboratory.js';
import { type PathMeasured, pathRate } from './path-rate.js';
import { cut, raise, type Round, spreadOf } from './report.js';
import { type Scraped, scrapeEvery } from './scraper.js';
import { sizesOf } from './sizes.js';

const TENANTS = 10;
const CAP = 10;
const SCRAPE_EVERY_MS = 10_000;
const SIZES = { deployments: 300, requests: 60_000 } as const;
/** What is left of the throughput, at the least. */
const LEFT = 0.95;

type Side = 'none' | 'all';
type Measured = Pick<PathMeasured, 'perSecond'> & Partial<PathMeasured>;

/** A place for spans, and what came there. */
interface Sink {
  readonly endpoint: string;
  bytes(): Promise<number>;
}

/** What seeing costs: the same work with every span sent and every metric fetched, and with neither. */
export const telemetry: Bench = {
  name: 'telemetry',
  summary:
    'throughput with all metrics (scraped every 10 s) and traces (OTLP to a process of its own) against none',
  defaultRounds: 9,
  sizes: SIZES,
  parts: ['path', 'intake'],
  async run(context) {
    const size = sizesOf(SIZES, context.sizes);
    const lab = await openLaboratory(context.progress);
    try {
      const sink = await openSink(lab);
      const scraped: Scraped = { pages: 0, bytes: 0 };
      const envOf = (side: Side) => (side === 'all' ? everything(sink) : NOTHING);
      const scrape = (services: readonly Service[]) => scrapeEvery(SCRAPE_EVERY_MS, services, scraped);
      const besideOf = (side: Side) => (side === 'all' ? { beside: scrape } : {});
      const measures: Record<string, (name: string, side: Side) => Promise<Measured>> = {
        path: (name, side) =>
          pathRate(lab, {
            name,
            tenants: TENANTS,
            cap: CAP,
            count: size.deployments,
            env: envOf(side),
            ...besideOf(side),
          }),
        intake: async (name, side) => ({
          perSecond: await intakeRate(lab, name, {
            entry: 'services/ingest/dist/main.js',
            requests: size.requests,
            env: envOf(side),
            ...besideOf(side),
          }),
        }),
      };
      const rounds: Round[] = [];
      for (let n = -1; n < context.rounds; n++) {
        const round: Record<string, number> = {};
        for (const part of context.parts) {
          const rates: Record<Side, number> = { none: NaN, all: NaN };
          // Whoever comes second finds fuller servers: they take turns.
          for (const side of sidesOf(n)) {
            const measure = measures[part] as (typeof measures)[string];
            const { perSecond, processorMs } = await measure(nameOf(part, side, n), side);
            rates[side] = perSecond;
            round[`${part}_${side}_per_s`] = cut(perSecond);
            if (processorMs !== undefined) round[`${part}_${side}_processor_ms`] = raise(processorMs, 1);
          }
          round[`${part}_ratio`] = cut(rates.all / rates.none, 3);
        }
        // The first one warms up.
        if (n < 0) continue;
        rounds.push(round);
        context.print(`round ${n + 1}: ${JSON.stringify(round)}`);
      }
      const bytes = await sink.bytes();
      if (bytes === 0) throw new Error('not one span was received: nothing was compared');
      return {
        rounds,
        figures: {
          ...figuresOf(rounds),
          deployments: size.deployments,
          requests: size.requests,
          tenants: TENANTS,
          open: TENANTS * CAP,
          span_bytes: bytes,
          scraped_pages: scraped.pages,
          scraped_bytes: scraped.bytes,
        },
        bars: barsOf(rounds, context.parts),
      };
    } finally {
      await lab.close();
    }
  },
};

const sidesOf = (round: number): readonly Side[] => (round % 2 === 0 ? ['none', 'all'] : ['all', 'none']);
const nameOf = (part: string, side: Side, round: number): string =>
  `${part}-${side}-${round < 0 ? 'warm' : round}`;

const NOTHING = { OTEL_SDK_DISABLED: 'true' };
const everything = ({ endpoint }: Sink): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
  VECINO_METRICS_ADDRESS: '127.0.0.1:0',
});

async function openSink(lab: Laboratory): Promise<Sink> {
  const process = await lab.run('otlp-sink', 'tools/bench/dist/otlp-sink.js', {});
  const endpoint = String(process.readyLine['endpoint']);
  return {
    endpoint,
    async bytes() {
      const { bytes } = (await (await fetch(`${endpoint}/received`)).json()) as { bytes: number };
      return bytes;
    },
  };
}

const figuresOf = (rounds: readonly Round[]) =>
  Object.fromEntries(
    Object.keys(rounds[0] ?? {}).map((name) => [name, spreadOf(rounds, name, digitsOf(name))]),
  );

const digitsOf = (figure: string): number =>
  figure.endsWith('_ratio') ? 3 : figure.endsWith('_processor_ms') ? 1 : 2;

/** The platform's throughput is that of its deployments; what ingest alone can take in is far above it, and only told. */
function barsOf(rounds: readonly Round[], parts: readonly string[]): Bar[] {
  if (!parts.includes('path')) return [];
  const { median } = spreadOf(rounds, 'path_ratio', 3);
  return [atLeast('deployments/s with all telemetry over none, median', median, LEFT)];
}
