import { readFileSync } from 'node:fs';
import { audit, type Evidence, figuresOf, grantsInLog } from '@vecino/audit';
import { waitFor } from '@vecino/testing';
import { type Producer } from 'kafkajs';
import { readExecutions } from '../temporal-record.js';
import { routerStates } from '../router-states.js';
import { type Fault } from './faults.js';
import { markdownTable } from './markdown-table.js';
import { sendRequests } from '../send-requests.js';
import { type RequestLoad, startLoad } from './request-stream.js';
import { type Choices, seededChoices } from './seeded-choices.js';
import { SOAK_INVARIANTS, soakEvidence } from './soak-evidence.js';
import { FAULTS, FEW_FAULTS, SOAK_TENANTS, streamOf } from './soak-plan.js';
import { soakRows, tooLittleOf } from './soak-report.js';
import { runSoak, type SoakRun } from './soak-run.js';
import { type StatusWatch, watchStatuses } from './status-watch.js';
import { startTenantPlatform, type TenantPlatform } from './tenant-platform.js';

const MINUTE_MS = 60_000;
/** A campaign goes on with all faults for so long; otherwise there are a few. */
const SOAK_MS = Number(process.env['VECINO_SOAK_MINUTES'] ?? 0) * MINUTE_MS;
const SEED = process.env['VECINO_SOAK_SEED'] ?? 'soak';
const WINDOW_MS = MINUTE_MS;
const ALL_ENDED_WITHIN_MS = 10 * MINUTE_MS;
/** Of the violations. */
const SHOWN = 20;

/** On demand only: on a machine that is busy with other tests it is those that decide how long a fault is felt. 0 minutes: the few faults. */
const onDemand = process.env['VECINO_SOAK_MINUTES'] === undefined ? describe.skip : describe;

onDemand('tenants under a flood, faults and changing limits', () => {
  let platform: TenantPlatform;
  let producer: Producer;
  let load: RequestLoad;
  let watch: StatusWatch;

  beforeAll(async () => {
    platform = await startTenantPlatform({
      tenants: SOAK_TENANTS,
      instances: { ingest: 2, 'worker-shared': 2, 'status-projector': 2 },
      // Each grant of the limiter is a line of its log.
      serviceEnv: { ingest: { VECINO_LOG_LEVEL: 'debug' } },
    });
    producer = platform.path.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
  }, 300_000);

  afterAll(async () => {
    await load?.stop().catch(() => undefined);
    await watch?.stop();
    await producer?.disconnect();
    await platform?.stop();
  }, 90_000);

  it(
    'stay within their limits and let each other be',
    async () => {
      const choices = seededChoices(SEED);
      const streams = SOAK_TENANTS.map((tenant) =>
        streamOf(tenant, choices, () => watch?.ended(tenant.id) ?? 0),
      );
      load = startLoad((batch) => sendRequests(producer, batch), 'soak', streams);
      watch = await watchStatuses(
        platform.path,
        SOAK_TENANTS.map(({ id }) => id),
      );
      const run = await runSoak(platform, load, watch, faultsInTurn(choices));
      await load.stop();
      await waitFor(() => watch.ended() >= load.ledger.length, {
        what: 'the end of every request',
        timeoutMs: ALL_ENDED_WITHIN_MS,
        everyMs: 500,
      });
      const evidence = await collect(run);
      const figures = figuresOf(evidence);
      const rows = soakRows(figures);
      process.stdout.write(
        `\nseed ${SEED}\n\n${markdownTable(rows)}\n${markdownTable(figures.disturbances)}\n`,
      );
      expect(audit(evidence, SOAK_INVARIANTS).slice(0, SHOWN)).toEqual([]);
      expect(tooLittleOf(rows)).toEqual([]);
    },
    SOAK_MS + 2 * ALL_ENDED_WITHIN_MS,
  );

  async function collect(run: SoakRun): Promise<Evidence> {
    const executions = await waitFor(
      async () => {
        const found = await readExecutions(platform.path.temporal);
        return found.every(({ closed }) => closed !== undefined) && found;
      },
      { what: 'the close of every deployment', timeoutMs: MINUTE_MS, everyMs: 1_000 },
    );
    const { services } = platform.path.platform;
    const grants = services
      .filter(({ name }) => name.startsWith('ingest'))
      .flatMap(({ logPath }) => grantsInLog(readFileSync(logPath, 'utf8')));
    return soakEvidence({
      run,
      sent: load.ledger,
      statuses: watch.statuses,
      endedAt: (tenantId, deploymentId) => watch.endedAt(tenantId, deploymentId),
      executions,
      routerLog: platform.path.routerLog(),
      routers: await routerStates(platform.path),
      grants,
      windowMs: WINDOW_MS,
    });
  }
});

/** Each kind of fault in an order of its own in each turn, while there is time. */
function* faultsInTurn(choices: Choices): Generator<Fault> {
  if (SOAK_MS === 0) return yield* choices.shuffled(FEW_FAULTS);
  for (const until = Date.now() + SOAK_MS; Date.now() < until;)
    for (const fault of choices.shuffled(FAULTS)) {
      if (Date.now() >= until) return;
      yield fault;
    }
}
