import { setTimeout as sleep } from 'node:timers/promises';
import { residentMib } from '@vecino/bench';
import { type Progress } from '@vecino/devstack';
import { isTerminalState } from '@vecino/foundation';
import {
  type Choices,
  markdownTable,
  numbered,
  type RequestStream,
  routerOf,
  seededChoices,
  startLoad,
  startTenantPlatform,
  type StatusWatch,
  type TenantPlan,
  watchStatuses,
} from '@vecino/path-tests';
import { VERSIONS } from './chaos-tenants.js';
import { servicesOf } from './ground.js';
import { HonestSender } from './honest-sender.js';
import { memoryChart, type MemorySeries, type MemoryTrend, trendOf } from './memory-trend.js';

export interface FloodOptions {
  readonly minutes: number;
  readonly seed: string;
  /** Requests per second of all tenants together. */
  readonly perSecond: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly print: (line: string) => void;
}

export interface FloodReport {
  readonly seed: string;
  readonly minutes: number;
  readonly per_second: number;
  readonly sent: number;
  readonly ended: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly memory: readonly MemoryTrend[];
  /** Services that had grown by more than they may, or that ended. */
  readonly too_large: readonly string[];
  readonly series: readonly MemorySeries[];
}

/** Each floods all that there is to flood: its intake limit, its queue, and its cap. */
const FLOODING: readonly TenantPlan[] = (['pooled', 'queue', 'dedicated', 'namespace'] as const).map(
  (route) => ({ id: `flood-${route}`, route, cap: 4, intake: 240, queue: 60, routers: 24 }),
);
/**
 * What JavaScript may use in each thread of a service, about twice of what it needs: left to itself, V8 collects its old space the less
 * the more the machine has, and a leak would look like that. One that is larger ends the service.
 */
const HEAP_LIMIT_MIB = 96;
const SAMPLE_EVERY_MS = 5_000;
const PRINT_EVERY = 12;
/** From the third sixth of a run to its last. */
const MOST_GROWTH = 1.1;

/** Tenants of all four routes that ask for much more than they may have, for long: the memory of every service must stay flat. */
export async function runFlood(options: FloodOptions): Promise<FloodReport> {
  const { minutes, seed, perSecond, signal, print } = options;
  const choices = seededChoices(seed);
  const platform = await startTenantPlatform({
    tenants: FLOODING,
    instanceEnv: () => ({ NODE_OPTIONS: `--max-old-space-size=${HEAP_LIMIT_MIB}` }),
    progress: options.progress,
  });
  const sender = new HonestSender(platform.path.kafka);
  try {
    const load = startLoad(
      (batch) => sender.requests(batch).then(() => undefined),
      'flood',
      FLOODING.map((tenant) => streamOf(tenant, perSecond / FLOODING.length, choices)),
    );
    const watch = await watchStatuses(
      platform.path,
      FLOODING.map(({ id }) => id),
    );
    const services = servicesOf(platform);
    const pids = services.map(({ process }) => process.pid);
    const series = services.map(({ name }) => ({ service: name, mib: [] as number[] }));
    const until = Date.now() + minutes * 60_000;
    for (let turn = 1; Date.now() < until && !signal.aborted; turn += 1) {
      await sleep(SAMPLE_EVERY_MS);
      series.forEach(({ mib }, index) => mib.push(residentMib(pids[index] as number)));
      if (turn % PRINT_EVERY === 0)
        print(
          `  ${load.ledger.length} sent, ${watch.ended()} ended; ${series.map(({ service, mib }) => `${service} ${Math.round(mib.at(-1) as number)} MiB`).join(', ')}`,
        );
    }
    await load.stop();
    signal.throwIfAborted();
    const died = services.filter(
      ({ process }, index) => process.pid !== pids[index] || process.exit !== undefined,
    );
    const memory = series.map(trendOf);
    const report = {
      seed,
      minutes,
      per_second: perSecond,
      sent: load.ledger.length,
      ended: watch.ended(),
      ends: endsOf(watch.statuses),
      memory,
      too_large: [
        ...died.map(({ name }) => `${name} ended`),
        ...memory
          .filter(({ growth }) => !(growth <= MOST_GROWTH))
          .map(({ service, growth }) => `${service} grew to ${growth} of what it was`),
      ],
      series,
    };
    await watch.stop();
    return report;
  } finally {
    await sender.close();
    await platform.stop();
  }
}

function streamOf({ id, routers }: TenantPlan, perSecond: number, choices: Choices): RequestStream {
  return numbered(perSecond, () => ({
    ...routerOf(FLOODING, id, 1 + choices.below(routers)),
    softwareVersion: choices.pick(VERSIONS),
    mayEnd: ['UPGRADED', 'ALREADY_RUNNING', 'RATE_LIMITED', 'QUEUE_FULL'],
  }));
}

function endsOf(statuses: StatusWatch['statuses']): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const { state, reason } of statuses) {
    if (!isTerminalState(state)) continue;
    const code = reason?.code ?? 'none';
    ends[code] = (ends[code] ?? 0) + 1;
  }
  return ends;
}

/** For people, with a chart of each service. */
export function floodMarkdown(report: FloodReport): string {
  const ends = Object.entries(report.ends).map(([code, count]) => `${code} ${count}`);
  return [
    `${report.minutes} min, ${report.per_second} requests/s: ${report.sent} sent, ${report.ended} ended (${ends.join(', ')}).`,
    markdownTable(report.memory.map((trend) => ({ ...trend }))),
    ...report.series.map((series) => memoryChart(series, report.minutes)),
    '',
  ].join('\n\n');
}
