import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRequest, SINGLE_OBJECT, topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import { certificateFiles, type LogRecord, writeImage } from '@vecino/router-simulator';
import { waitFor } from '@vecino/testing';
import type { Bench, BenchContext } from './bench.js';
import { type Laboratory, openLaboratory } from './laboratory.js';
import { cut, type Round } from './report.js';
import { createStatusTopics, readStatuses } from './status-reader.js';

const ROUTERS = 200;
const TENANT = 'fleet';
const TOPIC_PREFIX = 'routers.';
const DEVICE_PORT = 9_339;
const FIRST_ADDRESS = [127, 31, 0, 1] as const;
const IMAGE_BYTES = 8 * 1024 * 1024;
const VERSIONS = ['1.0.0', '2.0.0'] as const;
const SAMPLE_EVERY_MS = 200;
const WAVE_WITHIN_MS = 300_000;
const MIB = 1024 * 1024;

/** Upgrades of many routers at once over TLS, through Kafka and one worker as it is shipped; each round is a wave of all of them. */
export const routers: Bench = {
  name: 'routers',
  summary: `${ROUTERS} routers upgraded at once over TLS: time, outcomes and the worker's memory, wave after wave`,
  defaultRounds: 4,
  async run(context: BenchContext) {
    const dir = await mkdtemp(join(tmpdir(), 'vecino-fleet-'));
    const lab = await openLaboratory(context.progress);
    try {
      return await measure(context, lab, dir);
    } finally {
      await lab.close();
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function measure(context: BenchContext, lab: Laboratory, dir: string) {
  const fleet = await startFleet(lab, dir);
  const ended = new Map<string, string>();
  const stopReading = await readStatuses(lab.kafka, TOPIC_PREFIX, [TENANT], ({ deploymentId, state }) => {
    if (isTerminalState(state)) ended.set(deploymentId, state);
  });
  const producer = lab.kafka.kafka.producer();
  await producer.connect();
  const rounds: Round[] = [];
  for (let wave = 0; wave < context.rounds; wave += 1) {
    const memory = sampleMemory(fleet.workerPid);
    const startedAt = performance.now();
    const ids = Array.from({ length: ROUTERS }, (_, n) => `wave-${wave}-${n}`);
    await producer.send({
      topic: topics(TOPIC_PREFIX).requests,
      messages: ids.map((id, n) => requestFor(id, n, VERSIONS[(wave + 1) % VERSIONS.length] ?? '')),
    });
    await waitFor(() => ids.every((id) => ended.has(id)), {
      what: `the end of wave ${wave + 1}`,
      timeoutMs: WAVE_WITHIN_MS,
      everyMs: 100,
    });
    rounds.push({
      seconds: cut((performance.now() - startedAt) / 1_000),
      succeeded: ids.filter((id) => ended.get(id) === 'SUCCEEDED').length,
      ...memory.stop(),
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

async function startFleet(lab: Laboratory, dir: string): Promise<{ workerPid: number; callLog: string }> {
  const images = join(dir, 'images');
  for (const version of VERSIONS) await writeImage(images, version, IMAGE_BYTES, 'vecino');
  const tenants = join(dir, 'tenants.yaml');
  await writeFile(tenants, registry());
  await lab.provision(TOPIC_PREFIX);
  await createStatusTopics(lab.kafka, TOPIC_PREFIX, [TENANT]);
  const certificates = join(dir, 'certificates');
  const callLog = join(dir, 'calls.jsonl');
  await lab.run('routers', 'tools/router-simulator/dist/main.js', {}, [
    ...['--routers', String(ROUTERS), '--first-address', FIRST_ADDRESS.join('.')],
    ...['--port', String(DEVICE_PORT), '--certificates', certificates, '--calls', callLog],
  ]);
  const { ca, clientCert, clientKey } = certificateFiles(certificates);
  const env = {
    VECINO_TOPIC_PREFIX: TOPIC_PREFIX,
    VECINO_TENANTS_FILE: tenants,
    VECINO_IMAGES_DIR: images,
    VECINO_DEVICE_PORT: String(DEVICE_PORT),
    VECINO_DEVICE_CA: ca,
    VECINO_DEVICE_CERT: clientCert,
    VECINO_DEVICE_KEY: clientKey,
  };
  await lab.run('projector', 'services/status-projector/dist/main.js', env);
  const worker = await lab.run('worker', 'services/worker-shared/dist/main.js', env);
  await lab.run('ingest', 'services/ingest/dist/main.js', env);
  return { workerPid: worker.process.pid, callLog };
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

function requestFor(id: string, n: number, version: string) {
  const [a, b, c, d] = FIRST_ADDRESS;
  const address = ((a * 256 + b) * 256 + c) * 256 + d + n;
  const request = {
    request_id: id,
    tenant_id: TENANT,
    router_id: `router-${String(n + 1).padStart(3, '0')}`,
    router_ip: [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.'),
    software_version: version,
  };
  return { key: request.router_id, ...encodeRequest(request, SINGLE_OBJECT) };
}

/** Resident memory of a process while something runs, in MiB. */
function sampleMemory(pid: number): { stop(): Round } {
  const samples: number[] = [];
  const sample = (): void => {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (kib !== undefined) samples.push((Number(kib) * 1024) / MIB);
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  sample();
  return {
    stop() {
      clearInterval(timer);
      return {
        worker_rss_max_mib: cut(Math.max(...samples), 1),
        worker_rss_end_mib: cut(samples.at(-1) ?? NaN, 1),
      };
    },
  };
}
