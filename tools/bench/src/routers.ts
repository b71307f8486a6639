import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeRequest, SINGLE_OBJECT, topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import type { LogRecord } from '@vecino/router-simulator';
import { waitFor } from '@vecino/testing';
import type { Bench, BenchContext } from './bench.js';
import { type Laboratory, openLaboratory } from './laboratory.js';
import { cut, type Round } from './report.js';
import { sampleMemory } from './process-usage.js';
import { type Fleet, routerId, startFleet, VERSIONS } from './simulated-routers.js';
import { createStatusTopics, readStatuses } from './status-reader.js';

const ROUTERS = 200;
const TENANT = 'fleet';
const TOPIC_PREFIX = 'routers.';
const FIRST_ADDRESS = [127, 31, 0, 1] as const;
const IMAGE_BYTES = 8 * 1024 * 1024;
const WAVE_WITHIN_MS = 300_000;

/** Upgrades of many routers at once over TLS, through Kafka and one worker as it is shipped; each round is a wave of all of them. */
export const routers: Bench = {
  name: 'routers',
  summary: `${ROUTERS} routers upgraded at once over TLS: time, outcomes and the worker's memory, wave after wave`,
  defaultRounds: 4,
  async run(context: BenchContext) {
    const lab = await openLaboratory(context.progress);
    try {
      return await measure(context, lab);
    } finally {
      await lab.close();
    }
  },
};

async function measure(context: BenchContext, lab: Laboratory) {
  const { fleet, workerPid } = await start(lab);
  const ended = new Map<string, string>();
  const stopReading = await readStatuses(lab.kafka, TOPIC_PREFIX, [TENANT], ({ deploymentId, state }) => {
    if (isTerminalState(state)) ended.set(deploymentId, state);
  });
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  const rounds: Round[] = [];
  for (let wave = 0; wave < context.rounds; wave += 1) {
    const memory = sampleMemory(workerPid);
    const startedAt = performance.now();
    const ids = Array.from({ length: ROUTERS }, (_, n) => `wave-${wave}-${n}`);
    await producer.send({
      topic: topics(TOPIC_PREFIX).requests,
      messages: ids.map((id, n) => requestFor(fleet, id, n, VERSIONS[(wave + 1) % VERSIONS.length] ?? '')),
    });
    await waitFor(() => ids.every((id) => ended.has(id)), {
      what: `the end of wave ${wave + 1}`,
      timeoutMs: WAVE_WITHIN_MS,
      everyMs: 100,
    });
    const used = memory.stop();
    rounds.push({
      seconds: cut((performance.now() - startedAt) / 1_000),
      succeeded: ids.filter((id) => ended.get(id) === 'SUCCEEDED').length,
      worker_rss_max_mib: cut(used.max, 1),
      worker_rss_end_mib: cut(used.end, 1),
    });
    context.print(`wave ${wave + 1}: ${JSON.stringify(rounds.at(-1))}`);
  }
  await stopReading();
  await producer.disconnect();
  const log = (await readFile(fleet.callLog, 'utf8')).split('\n').filter(Boolean);
  return {
    rounds,
    figures: { ...figuresOf(rounds), ...callsOf(log.map((line) => JSON.parse(line) as LogRecord)) },
  };
}

/** The first wave fills pools and caches; flat is what does not grow after it. */
function figuresOf(rounds: readonly Round[]): Record<string, number> {
  const most = rounds.map((round) => round['worker_rss_max_mib'] ?? NaN);
  return {
    routers: ROUTERS,
    deployments: rounds.length * ROUTERS,
    succeeded: rounds.reduce((sum, round) => sum + (round['succeeded'] ?? 0), 0),
    worker_rss_first_wave_mib: most[0] ?? NaN,
    worker_rss_last_wave_mib: most.at(-1) ?? NaN,
    worker_rss_growth_mib: cut((most.at(-1) ?? NaN) - (most[0] ?? NaN), 1),
  };
}

const callsOf = (log: readonly LogRecord[]): Record<string, number> => {
  const accepted = (rpc: string): number =>
    log.filter((record) => record.kind === 'call' && record.accepted && record.rpc.endsWith(rpc)).length;
  return { reboots: accepted('System/Reboot'), installs: accepted('OS/Install') };
};

async function start(lab: Laboratory): Promise<{ fleet: Fleet; workerPid: number }> {
  const fleet = await startFleet(lab, {
    name: 'routers',
    routers: ROUTERS,
    firstAddress: FIRST_ADDRESS,
    imageBytes: IMAGE_BYTES,
  });
  const tenants = join(lab.dir, 'tenants.yaml');
  await writeFile(tenants, registry());
  await lab.provision(TOPIC_PREFIX);
  await createStatusTopics(lab.kafka, TOPIC_PREFIX, [TENANT]);
  const env = { ...fleet.env, VECINO_TOPIC_PREFIX: TOPIC_PREFIX, VECINO_TENANTS_FILE: tenants };
  await lab.run('projector', 'services/status-projector/dist/main.js', env);
  const worker = await lab.run('worker', 'services/worker-shared/dist/main.js', env);
  await lab.run('ingest', 'services/ingest/dist/main.js', env);
  return { fleet, workerPid: worker.process.pid };
}

const registry = (): string => `
lab: true
upgrade: { soak_seconds: 1, recovery_seconds: 30 }
tenants:
  - id: ${TENANT}
    tier: premium
    route: queue
    networks: [127.31.0.0/16]
    limits: { intake_per_60_s: 1000000, max_concurrent_workflows_per_tenant: ${ROUTERS}, max_concurrent_activities: ${ROUTERS}, queue: 20000 }
`;

function requestFor(fleet: Fleet, id: string, n: number, version: string) {
  const request = {
    request_id: id,
    tenant_id: TENANT,
    router_id: routerId(n),
    router_ip: fleet.addressOf(n),
    software_version: version,
  };
  return { key: request.router_id, ...encodeRequest(request, SINGLE_OBJECT) };
}
