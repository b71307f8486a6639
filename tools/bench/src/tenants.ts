import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@vecino/telemetry';
import { waitFor } from '@vecino/testing';
import { followWakes } from '@vecino/wakes';
import { atMost, type Bar } from './bar.js';
import type { Bench, BenchContext } from './bench.js';
import { type Laboratory, openLaboratory } from './laboratory.js';
import { cut, percentiles, raise, type Round, spreadOf } from './report.js';
import { processorsBusy, residentMib, sampleMemory } from './process-usage.js';
import { type Fleet, startFleet } from './simulated-routers.js';
import { sizesOf } from './sizes.js';
import { createStatusTopics } from './status-reader.js';
import { openTenantWork, type TenantWork } from './tenant-work.js';

const KINDS = ['queue', 'pooled'] as const;
type Kind = (typeof KINDS)[number];

const SIZES = {
  /** Tenants of the two routes. */
  queue: [10, 100, 1_000],
  pooled: [10, 1_000, 10_000],
  /** Tenants with an upgrade of their router always under way, and for how long they are watched. */
  active: 20,
  active_s: 60,
  /** Tenants that never asked for anything: the first request of each, and another one when its Worker has ended. */
  idle: 10,
  soak_s: 20,
  /** How long nobody has work at first. */
  quiet_s: 20,
} as const;

const FIRST_ADDRESS = [127, 32, 0, 1] as const;
const IMAGE_BYTES = 1024 * 1024;
const ASLEEP_WITHIN_MS = 180_000;

/** What many tenants cost one worker-shared as it is shipped, a few of them at work on simulated routers. */
export const tenants: Bench = {
  name: 'tenants',
  summary:
    'memory of worker-shared and time to ready with many tenants of which 20 are at work; record → STARTED of an idle tenant',
  defaultRounds: 1,
  sizes: SIZES,
  parts: KINDS,
  async run(context: BenchContext) {
    const size = sizesOf(SIZES, context.sizes);
    const lab = await openLaboratory(context.progress);
    const rounds: Round[] = [];
    try {
      for (let n = 0; n < context.rounds; n++) {
        const round: Record<string, number> = {};
        for (const kind of KINDS.filter((part) => context.parts.includes(part)))
          for (const count of size[kind]) {
            const figures = await measure(lab, `t${n}-${kind}-${count}`, kind, count, size);
            context.print(`${count} ${kind} tenants: ${JSON.stringify(figures)}`);
            for (const [name, value] of Object.entries(figures)) round[`${kind}_${count}_${name}`] = value;
          }
        rounds.push(round);
      }
    } finally {
      await lab.close();
    }
    const figures = Object.fromEntries(
      Object.keys(rounds[0] ?? {}).map((name) => [name, spreadOf(rounds, name)]),
    );
    return { rounds, figures, bars: barsOf(rounds) };
  },
};

type Size = ReturnType<typeof sizesOf<typeof SIZES>>;

/** Only the largest numbers of tenants have a bar. */
function barsOf(rounds: readonly Round[]): Bar[] {
  const worst = (figure: string): number => Math.max(...rounds.map((round) => round[figure] ?? NaN));
  const measured = (figure: string): boolean => rounds.some((round) => figure in round);
  return [
    atMost('MiB of worker-shared, 1,000 queue tenants', worst('queue_1000_rss_active_mib'), 2 * 1024),
    atMost('ms to an idle queue tenant’s STARTED', worst('queue_1000_idle_started_max_ms'), 2_000),
    atMost('MiB of worker-shared, 10,000 pooled tenants', worst('pooled_10000_rss_active_mib'), 700),
  ].filter((_, n) => measured(n < 2 ? 'queue_1000_ready_ms' : 'pooled_10000_ready_ms'));
}

async function measure(
  lab: Laboratory,
  name: string,
  kind: Kind,
  count: number,
  size: Size,
): Promise<Record<string, number>> {
  const active = Math.min(size.active, Math.floor(count / 2));
  const idle = Math.min(size.idle, count - active);
  const fleet = await startFleet(lab, {
    name: `${name}-routers`,
    routers: active + idle,
    firstAddress: FIRST_ADDRESS,
    imageBytes: IMAGE_BYTES,
  });
  const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`);
  const file = join(lab.dir, `${name}.yaml`);
  await writeFile(file, registry(ids, kind, fleet, active + idle, size.soak_s));
  const topicPrefix = `${name}.`;
  await lab.temporal.createNamespace(name);
  await lab.provision(topicPrefix);
  const busy = ids.slice(0, active + idle);
  await createStatusTopics(lab.kafka, topicPrefix, busy);
  const env = {
    ...fleet.env,
    VECINO_TOPIC_PREFIX: topicPrefix,
    VECINO_TENANTS_FILE: file,
    VECINO_IDLE_GRACE: '30s',
    TEMPORAL_NAMESPACE: name,
  };
  // The projector first: whoever starts first imports the registry.
  const projector = await lab.run(`${name}-projector`, 'services/status-projector/dist/main.js', env);
  const ingest = await lab.run(`${name}-ingest`, 'services/ingest/dist/main.js', env);
  const begun = Date.now();
  const worker = await lab.run(`${name}-worker`, 'services/worker-shared/dist/main.js', env);
  const ready = readyAfter(worker.readyLine, begun);
  const rssReady = residentMib(worker.process.pid);
  const server = lab.stack.parts.find((part) => part.name === 'temporal')?.process?.pid ?? NaN;
  const watched = [worker.process.pid, projector.process.pid, server];
  const quiet = (await processorsBusy(watched, size.quiet_s * 1_000)).map((cores) => raise(cores));
  const work = await openTenantWork(lab, topicPrefix, busy, fleet);
  try {
    const memory = sampleMemory(worker.process.pid);
    const stopActive = await work.keepBusy(active, size.active_s * 1_000);
    const atWork = memory.stop();
    const probed = sampleMemory(worker.process.pid);
    const first = await startsOf(work, active, idle);
    await work.allEnded();
    if (kind === 'queue') await untilAsleep(lab, topicPrefix, busy.slice(active));
    const later = await startsOf(work, active, idle);
    const withProbes = probed.stop();
    const again = Date.now();
    await worker.restart();
    const readyAgain = readyAfter(worker.readyLine, again);
    const upgraded = await stopActive();
    return {
      ready_ms: ready,
      rss_ready_mib: cut(rssReady, 1),
      // Of one processor, while no tenant has work.
      quiet_worker_cores: quiet[0] ?? NaN,
      quiet_projector_cores: quiet[1] ?? NaN,
      quiet_temporal_cores: quiet[2] ?? NaN,
      rss_active_mib: raise(atWork.max, 1),
      // With the idle ones awake as well.
      rss_probed_mib: raise(withProbes.max, 1),
      ...percentiles('new_started', first),
      new_started_max_ms: Math.ceil(Math.max(...first)),
      ...percentiles('idle_started', later),
      idle_started_max_ms: Math.ceil(Math.max(...later)),
      restart_ready_ms: readyAgain,
      upgrades: upgraded,
    };
  } finally {
    await work.close();
    await Promise.all([worker, ingest, projector, fleet.simulator].map((service) => service.stop()));
  }
}

/** One request of each of some tenants, one after another: milliseconds to `STARTED`. */
async function startsOf(work: TenantWork, from: number, count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let n = from; n < from + count; n++) waits.push(await work.started(n));
  return waits;
}

/** Until their Workers have ended, and everybody has been told. */
async function untilAsleep(lab: Laboratory, topicPrefix: string, ids: readonly string[]): Promise<void> {
  const wakes = await followWakes({ kafka: lab.kafka, topicPrefix, logger: silentLogger });
  const asleep = { what: 'the Workers of idle tenants to end', timeoutMs: ASLEEP_WITHIN_MS, everyMs: 200 };
  await waitFor(() => !ids.some((id) => wakes.awake().has(id)), asleep);
  await wakes.close();
}

/** By the service's own clock, from before its process was started. */
const readyAfter = (readyLine: Readonly<Record<string, unknown>>, begun: number): number =>
  Date.parse(String(readyLine['time'])) - begun;

/** The first tenants have a router each; the others only networks. */
const registry = (
  ids: readonly string[],
  kind: Kind,
  fleet: Fleet,
  withRouter: number,
  soakSeconds: number,
): string =>
  [
    'lab: true',
    `upgrade: { soak_seconds: ${soakSeconds}, recovery_seconds: 30 }`,
    'tenants:',
    ...ids.map((id, n) => {
      const network = n < withRouter ? `${fleet.addressOf(n)}/32` : `10.${n >> 8}.${n & 255}.0/24`;
      return `  - { id: ${id}, tier: ${kind === 'pooled' ? 'basic' : 'standard'}, route: ${kind}, networks: [${network}], limits: { intake_per_60_s: 1000 } }`;
    }),
    '',
  ].join('\n');
