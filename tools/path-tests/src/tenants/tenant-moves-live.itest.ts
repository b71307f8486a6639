import { audit, figuresOf } from '@vecino/audit';
import { type Route } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';
import { type Producer } from 'kafkajs';
import { evidenceOf } from '../evidence.js';
import { routerStates } from '../router-states.js';
import { type SentRequest } from '../sent-request.js';
import { readExecutions } from '../temporal-record.js';
import { type MoveMix, moveStreams } from './move-load.js';
import { markdownTable } from './markdown-table.js';
import { holdOneUpgrade, MOVER, moverOf, workerOn } from './mover.js';
import { sendRequests } from '../send-requests.js';
import { type RequestLoad, startLoad } from './request-stream.js';
import { type StatusWatch, watchStatuses } from './status-watch.js';
import { startTenantPlatform, type TenantPlatform } from './tenant-platform.js';
import { startVecino } from './vecino-process.js';

/** A campaign makes all moves so often, and kills workers too; otherwise there is one. */
const ROUNDS = Number(process.env['VECINO_MOVE_ROUNDS'] ?? 0);
const CAMPAIGN: readonly Route[] = ['namespace', 'queue', 'dedicated', 'pooled', 'queue'];
const MOVES: readonly Route[] =
  ROUNDS === 0 ? ['namespace'] : Array.from({ length: ROUNDS }, () => CAMPAIGN).flat();

/** 50 a second. A campaign has more of what costs something, and the time for it. */
const MIX: MoveMix =
  ROUNDS === 0
    ? { upgrades: 0.2, repeats: 1.8, refusals: 48 }
    : { upgrades: 0.5, repeats: 4.5, refusals: 45 };

const SOON_MS = 300_000;
const ALL_ENDED_WITHIN_MS = 900_000;
const UNLIMITED = { initial: Infinity, changes: [] };
/** Of the violations. */
const SHOWN = 20;

/** On demand only: it takes minutes. 0 rounds: one move. `tenants.itest.ts` moves a tenant in every run of the tests. */
const onDemand = process.env['VECINO_MOVE_ROUNDS'] === undefined ? describe.skip : describe;

onDemand('a tenant that moves while 50 requests a second come for it', () => {
  let platform: TenantPlatform;
  let producer: Producer;
  let watch: StatusWatch;
  let load: RequestLoad;
  let streams: ReturnType<typeof moveStreams>;
  const sent: SentRequest[] = [];
  const figures: object[] = [];

  beforeAll(async () => {
    platform = await startTenantPlatform({ tenants: [MOVER] });
    producer = platform.path.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    streams = moveStreams(platform.tenants, MOVER.id, MIX);
  }, 300_000);

  afterAll(async () => {
    process.stdout.write(`\n${markdownTable(figures)}\n`);
    await load?.stop().catch(() => undefined);
    await watch?.stop();
    await producer?.disconnect();
    await platform?.stop();
  }, 90_000);

  it.each(MOVES.map((to, turn) => ({ to, turn })))(
    'loses, repeats and reorders nothing on its way to $to ($turn), though ingest, workers and the command are killed',
    async ({ to, turn }) => {
      const from = moverOf(platform).route;
      await begin(turn);
      const first = move('--to', to);
      await soon(
        'the first write',
        () => moverOf(platform).moving !== undefined || moverOf(platform).route === to,
      );
      await first.kill();
      const acrossNamespaces = moverOf(platform).moving !== undefined;
      const begun = Date.now();
      // Workers are struck on either side: the old one's while it lets end what runs, the new one's while it takes over.
      const early = turn % 2 === 0;
      await Promise.all([crash('ingest'), ...(ROUNDS > 0 && early ? [crash(workerOn(from))] : [])]);
      const again = move('--to', to);
      if (ROUNDS > 0 && !early) {
        await soon('the second write', () => moverOf(platform).route === to);
        await Promise.all([crash('ingest'), crash(workerOn(to))]);
      }
      const { code, said } = await again.ended;
      expect({ code, said }).toEqual({
        code: 0,
        said: expect.stringContaining('0 lost; 0 doubled; 0 out of order'),
      });
      await settle(Date.now());
      expect(moverOf(platform)).toMatchObject({ route: to });
      figures.push({ from, to, across: acrossNamespaces, moved_ms: Date.now() - begun, ...(await judged()) });
    },
    SOON_MS + 2 * ALL_ENDED_WITHIN_MS,
  );

  it(
    'goes on where it is when the move is called off after its command was killed',
    async () => {
      const { route } = moverOf(platform);
      await begin(MOVES.length);
      const killed = move('--to', route === 'namespace' ? 'queue' : 'namespace');
      await soon('the first write', () => moverOf(platform).moving !== undefined);
      await killed.kill();
      await soon('a request that waits for the move', () =>
        watch.statuses.some(({ reason }) => reason?.code === 'TENANT_MOVING'),
      );
      expect(await move('--call-off').ended).toMatchObject({ code: 0 });
      await settle(Date.now());
      const tenant = moverOf(platform);
      expect({ route: tenant.route, moving: tenant.moving }).toEqual({ route, moving: undefined });
      figures.push({ from: route, to: 'called off', across: true, moved_ms: 0, ...(await judged()) });
    },
    SOON_MS + ALL_ENDED_WITHIN_MS,
  );

  const move = (...args: string[]) => startVecino(platform, ['tenant', 'move', MOVER.id, ...args]);

  /** Requests flow, some have ended, and something runs that takes its time. */
  async function begin(turn: number): Promise<void> {
    load = startLoad((batch) => sendRequests(producer, batch), `move${turn}`, streams);
    watch ??= await watchStatuses(platform.path, [MOVER.id]);
    const before = watch.ended();
    await soon('requests that end before the move', () => watch.ended() > before + 50);
    sent.push(await holdOneUpgrade(platform, producer, watch, turn));
  }

  async function crash(name: string): Promise<void> {
    const service = platform.path.platform.service(name);
    await service.kill('SIGKILL');
    await service.restart();
  }

  const soon = (what: string, ask: () => boolean) => waitFor(ask, { what, timeoutMs: SOON_MS, everyMs: 50 });

  /** Requests that were sent after the move end, and then all others. */
  async function settle(since: number): Promise<void> {
    await soon('a deployment that was asked for after the move', () =>
      load.ledger.some(
        ({ sentAt, deploymentId, mayEnd }) =>
          sentAt > since &&
          mayEnd[0] !== 'ROUTER_OUTSIDE_NETWORKS' &&
          watch.endedAt(MOVER.id, deploymentId) !== undefined,
      ),
    );
    await load.stop();
    sent.push(...load.ledger);
    await waitFor(() => watch.ended() >= sent.length, {
      what: 'the end of every request',
      timeoutMs: ALL_ENDED_WITHIN_MS,
      everyMs: 500,
    });
  }

  /** Over everything since the start, in the order of the partitions. */
  async function judged(): Promise<object> {
    const executions = await waitFor(
      async () => {
        const found = await readExecutions(platform.path.temporal);
        return found.every(({ closed }) => closed !== undefined) && found;
      },
      { what: 'the close of every deployment', timeoutMs: 60_000, everyMs: 1_000 },
    );
    const evidence = evidenceOf({
      sent,
      statuses: watch.statuses,
      executions,
      routerLog: platform.path.routerLog(),
      routers: await routerStates(platform.path),
      tenants: [{ tenantId: MOVER.id, cap: { initial: MOVER.cap, changes: [] }, intake: UNLIMITED }],
    });
    const invariants = ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I8', 'I14'] as const;
    expect(audit(evidence, invariants).slice(0, SHOWN)).toEqual([]);
    const [figuresOfMover] = figuresOf(evidence).tenants;
    return { requests: sent.length, executions: executions.length, ...figuresOfMover?.ends };
  }
});
