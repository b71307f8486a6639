import { setTimeout as sleep } from 'node:timers/promises';
import { audit, type Evidence, NO_EVIDENCE, type RequestRecord, type Violation } from '@vecino/audit';
import {
  type BenchPlatform,
  type Laboratory,
  openLaboratory,
  readStatuses,
  requestRecord,
  startPlatform,
} from '@vecino/bench';
import { topics } from '@vecino/contracts';
import { type Progress, type Service } from '@vecino/devstack';
import { isTerminalState } from '@vecino/foundation';
import { type Choices, readExecutions, seededChoices } from '@vecino/path-tests';
import { digestOf } from './digest.js';
import { deadLetterRecords, dump, requestRecords, statusRecords } from './read-topics.js';

export interface BulkOptions {
  readonly requests: number;
  readonly seed: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly print: (line: string) => void;
}

export interface BulkReport {
  readonly seed: string;
  readonly requests: number;
  readonly seconds: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

const TENANTS = 10;
const CAP = 50;
const CHUNK = 500;
/** Requests on their way at once: what comes on top a gate would refuse. */
const ON_THEIR_WAY = 8_000;
/** Nothing is killed before that part of all has ended. */
const KILLS_BEGIN_AT = 0.2;
const KILLS_OF_EACH = 3;
/** Shared, so that there is an order to keep on each. */
const ROUTERS_OF_TENANT = 250;
/** When nothing has ended for so long, what is open is lost. */
const PROGRESS_WITHIN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 5_000;
const PRINT_EVERY = 60;

/**
 * Very many requests whose deployments do nothing, through everything that is not a router; every service is killed hard, and Kafka too.
 * What went in must have come out, once, and in order on each router. The form is that of Kafka's own system test of transactions.
 */
export async function runBulk(options: BulkOptions): Promise<BulkReport> {
  const { requests, seed, print } = options;
  const choices = seededChoices(seed);
  const lab = await openLaboratory(options.progress);
  try {
    const name = 'bulk';
    const tenants = await lab.writeTenants(name, TENANTS, { cap: CAP, activities: CAP });
    const bundle = await lab.bundle('trivial-deployments');
    const platform = await startPlatform(lab, { name, tenants, bundle });
    const seen = new Set<string>();
    const stopReading = await readStatuses(lab.kafka, platform.topicPrefix, tenants.ids, (status) => {
      if (isTerminalState(status.state)) seen.add(`${status.tenantId}/${status.deploymentId}`);
    });
    const began = performance.now();
    const ended = () => seen.size;
    const sending = sendAll(lab, platform, tenants.ids, requests, ended, options.signal);
    const kills = await killAll(lab, platform, choices, { requests, ended, print, signal: options.signal });
    const ledger = await sending;
    const taken = new Set(
      (await onTopic(lab, platform)).map(({ tenantId, deploymentId }) => `${tenantId}/${deploymentId}`),
    );
    await untilEnded(taken, seen, options);
    const seconds = Math.floor((performance.now() - began) / 1_000);
    await stopReading();
    options.signal.throwIfAborted();
    const evidence = await collect(lab, platform, tenants.ids, ledger);
    return {
      seed,
      requests,
      seconds,
      kills,
      // Deployments that do nothing tell no states on the way (I3), and there are no routers.
      violations: audit(evidence, ['I1', 'I2', 'I4', 'I7', 'I8']),
    };
  } finally {
    await lab.close();
  }
}

const onTopic = async (lab: Laboratory, { topicPrefix }: BenchPlatform): Promise<RequestRecord[]> =>
  requestRecords(await dump(lab.kafka, topics(topicPrefix).requests), () => ['taken']);

/** Until all of these have ended, or none has for very long. */
async function untilEnded(
  taken: ReadonlySet<string>,
  seen: ReadonlySet<string>,
  { print, signal }: BulkOptions,
): Promise<void> {
  let [before, changedAt] = [-1, performance.now()];
  while ([...taken].some((id) => !seen.has(id)) && !signal.aborted) {
    if (seen.size !== before) [before, changedAt] = [seen.size, performance.now()];
    if (performance.now() - changedAt > PROGRESS_WITHIN_MS) return print('nothing ends any more');
    print(`  ${seen.size} of ${taken.size} have ended`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function sendAll(
  lab: Laboratory,
  { topicPrefix }: BenchPlatform,
  tenantIds: readonly string[],
  requests: number,
  ended: () => number,
  signal: AbortSignal,
): Promise<Evidence['ledger']> {
  const ledger: Evidence['ledger'][number][] = [];
  for (let from = 0; from < requests && !signal.aborted; from += CHUNK) {
    while (from - ended() > ON_THEIR_WAY && !signal.aborted) await sleep(500);
    const sentAt = Date.now();
    const records = Array.from({ length: Math.min(CHUNK, requests - from) }, (_, n) =>
      requestRecord(tenantIds, from + n, { request_id: `b-${from + n}`, ...routerOf(from + n) }),
    );
    const outcome = await send(lab, topicPrefix, records);
    records.forEach(({ key, value }, n) =>
      ledger.push({
        tenantId: tenantIds[(from + n) % tenantIds.length] ?? '',
        routerId: key,
        routerIp: '',
        softwareVersion: '2.0.0',
        requestId: `b-${from + n}`,
        sentAt,
        outcome,
        digest: digestOf(key, value),
        mayEnd: ['UPGRADED'],
      }),
    );
  }
  return ledger;
}

/** Of the tenant whose turn it is with that request. */
function routerOf(request: number) {
  const tenant = request % TENANTS;
  const router = Math.floor(request / TENANTS) % ROUTERS_OF_TENANT;
  return { router_id: `bulk-${tenant}-r${router}`, router_ip: `10.${tenant}.0.${1 + router}` };
}

/** With a producer of its own each: one that failed knows no sequence numbers any more. */
async function send(
  { kafka }: Laboratory,
  topicPrefix: string,
  messages: ReturnType<typeof requestRecord>[],
): Promise<'ok' | 'unknown'> {
  const producer = kafka.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  try {
    await producer.connect();
    await producer.send({ topic: topics(topicPrefix).requests, acks: -1, messages });
    return 'ok';
  } catch {
    return 'unknown';
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}

async function killAll(
  lab: Laboratory,
  { services }: BenchPlatform,
  choices: Choices,
  run: {
    readonly requests: number;
    readonly ended: () => number;
    readonly print: (line: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<Record<string, number>> {
  const kills: Record<string, number> = {};
  const kafka = lab.stack.parts.find(({ name }) => name === 'kafka');
  const killService = (service: Service) => async () => {
    await service.kill('SIGKILL');
    await service.restart();
    return service.name;
  };
  const killKafka = async () => {
    kafka?.process?.signal('SIGKILL');
    await kafka?.process?.exited;
    await kafka?.restart?.();
    return 'kafka';
  };
  const orders = Array.from({ length: KILLS_OF_EACH }, () => [
    ...services.map(killService),
    killKafka,
  ]).flat();
  for (const [index, kill] of choices.shuffled(orders).entries()) {
    // Spread over what comes after the beginning.
    const due = run.requests * (KILLS_BEGIN_AT + (0.7 * index) / orders.length);
    for (let look = 0; run.ended() < due && !run.signal.aborted; look += 1) {
      if (look % PRINT_EVERY === 0) run.print(`  ${run.ended()} of ${run.requests} have ended`);
      await sleep(500);
    }
    if (run.signal.aborted) break;
    const killed = await kill();
    kills[killed] = (kills[killed] ?? 0) + 1;
    run.print(`killed ${killed} at ${run.ended()} of ${run.requests}`);
  }
  return kills;
}

async function collect(
  lab: Laboratory,
  { topicPrefix, client }: BenchPlatform,
  tenantIds: readonly string[],
  ledger: Evidence['ledger'],
): Promise<Evidence> {
  const requests = await dump(lab.kafka, topics(topicPrefix).requests);
  const statuses = new Map<string, Awaited<ReturnType<typeof dump>>>();
  for (const id of tenantIds) statuses.set(id, await dump(lab.kafka, topics(topicPrefix).status(id)));
  return {
    ...NO_EVIDENCE,
    ledger,
    requestTopic: topics(topicPrefix).requests,
    requests: requestRecords(requests, () => ['taken']),
    deadLetters: deadLetterRecords(await dump(lab.kafka, topics(topicPrefix).dlq), requests),
    statuses: statusRecords(statuses),
    executions: await readExecutions(client),
    tenants: tenantIds.map((tenantId) => ({
      tenantId,
      cap: { initial: CAP, changes: [] },
      intake: { initial: Infinity, changes: [] },
    })),
  };
}
