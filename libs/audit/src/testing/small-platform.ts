import { FIRST_PHASE_SEQUENCE, GATE_SEQUENCE, type ReasonCode } from '@vecino/foundation';
import { type Evidence, NO_EVIDENCE } from '../evidence/evidence.js';
import type { Fate, RequestRecord } from '../evidence/kafka-records.js';
import type { LedgerEntry } from '../evidence/load-records.js';
import { power, type RunCourse, sceneOf } from './scenes.js';
import { StatusBook } from './status-book.js';

/** How a request goes that never gets as far as a workflow. */
export type DoorCourse =
  'cancelled-while-waiting' | 'rate-limited' | 'queue-full' | 'faulty' | 'undeliverable' | 'left-unsent';

export interface Order {
  readonly tenant: string;
  /** Number of the router within the tenant. */
  readonly router: number;
  readonly at: number;
  readonly course: RunCourse | DoorCourse;
  /** The same record is sent once more, or another one under its id, after so many ms. */
  readonly again?: { readonly what: 'same' | 'other'; readonly afterMs: number };
  /** Its statuses are published twice, and its record is redelivered. */
  readonly twice?: boolean;
  /** What the generator heard of Kafka. */
  readonly heard?: LedgerEntry['outcome'];
  /** It brings no id of its own. */
  readonly anonymous?: boolean;
}

export const CAP = 2;
const PARTITIONS = 3;
const FIRST_VERSION = 'v1';

interface Router {
  readonly address: string;
  /** On which all its requests lie. */
  readonly partition: number;
  version: string;
  up: boolean;
  freeAt: number;
  /** Set while it is in quarantine. */
  lock: { readonly tenantId: string; readonly deploymentId: string } | undefined;
}

type Lists = {
  -readonly [K in keyof Evidence]: Evidence[K] extends readonly (infer T)[] ? T[] : Evidence[K];
};

/**
 * What a platform that does everything right leaves behind of these orders, one deployment after the other on each router and no more than
 * the cap at once for each tenant. Orders come in the order of time.
 */
export function play(orders: readonly Order[], more: Partial<Evidence> = {}): Evidence {
  const platform = new SmallPlatform(more);
  orders.forEach((order, number) => platform.take(order, number));
  return platform.end();
}

class SmallPlatform {
  readonly #seen: Lists;
  readonly #routers = new Map<string, Router>();
  readonly #slots = new Map<string, number[]>();
  readonly #offsets = new Map<number, number>();
  /** Of each partition when everything up to its end is safe. */
  readonly #safeAt = new Map<number, number>();
  readonly #told = new StatusBook();

  constructor(more: Partial<Evidence>) {
    const empty = Object.entries(NO_EVIDENCE).map(([key, value]) => [
      key,
      Array.isArray(value) ? [] : (value as unknown),
    ]);
    this.#seen = { ...(Object.fromEntries(empty) as Lists), ...(more as Partial<Lists>) };
  }

  take(order: Order, number: number): void {
    const { tenant, course, at, again, twice = false } = order;
    const name = `${tenant}-r${order.router}`;
    const router = this.#router(tenant, name);
    const deploymentId = `d${number}`;
    const version = course === 'already-running' ? router.version : `v${number + 2}`;
    const request = this.#send(order, { deploymentId, name, router, version });
    if (request === undefined || course === 'left-unsent') return;
    const { record, handedAt } = request;
    if (course === 'faulty' || course === 'undeliverable') return this.#refuse(course, record);
    if (course === 'rate-limited') return this.#told.end(record, handedAt, 'REJECTED', 'RATE_LIMITED');
    this.#grant(tenant, handedAt);
    if (course === 'queue-full') return this.#told.end(record, handedAt, 'REJECTED', 'QUEUE_FULL');
    if (course === 'cancelled-while-waiting') {
      this.#told.tell(record, 'ACCEPTED', GATE_SEQUENCE.ACCEPTED, handedAt);
      this.#told.tell(record, 'QUEUED', GATE_SEQUENCE.QUEUED, handedAt + 1, 'CAP_REACHED');
      return this.#told.end(record, handedAt + 5, 'CANCELLED', 'CANCELLED_BY_OPERATOR');
    }
    this.#run(course, record, name, router, handedAt);
    if (twice) this.#happensTwice(deploymentId);
    if (again !== undefined) this.#sendAgain(record, order, at + again.afterMs, again.what);
  }

  end(): Evidence {
    this.#seen.statuses = this.#told.records();
    for (const [routerId, { address, version, up, lock }] of this.#routers) {
      const known = {
        up,
        runningVersion: version,
        nextBootVersion: version,
        installing: false,
        rebootPending: false,
      };
      this.#seen.routers.push({ routerId, address, ...known });
      if (lock !== undefined) this.#seen.locks.push({ ...lock, alerted: true });
    }
    const limit = (initial: number) => ({ initial, changes: [] });
    if (this.#seen.tenants.length === 0)
      for (const tenantId of this.#slots.keys())
        this.#seen.tenants.push({ tenantId, cap: limit(CAP), intake: limit(1_000), promptMs: 1_000_000 });
    return this.#seen;
  }

  #router(tenant: string, name: string): Router {
    const known = this.#routers.get(name);
    if (known !== undefined) return known;
    if (!this.#slots.has(tenant))
      this.#slots.set(
        tenant,
        Array.from({ length: CAP }, () => 0),
      );
    const address = `10.0.${this.#slots.size}.${this.#routers.size}`;
    const partition = this.#routers.size % PARTITIONS;
    const router: Router = {
      address,
      partition,
      version: FIRST_VERSION,
      up: true,
      freeAt: 0,
      lock: undefined,
    };
    this.#routers.set(name, router);
    return router;
  }

  /** Undefined where Kafka never got it. */
  #send(
    { tenant, at, course, heard = 'ok', anonymous = false }: Order,
    it: { deploymentId: string; name: string; router: Router; version: string },
  ): { readonly record: RequestRecord; readonly handedAt: number } | undefined {
    const { deploymentId, name, router, version } = it;
    const tenantId = course === 'undeliverable' ? `no-${tenant}` : tenant;
    const { partition } = router;
    const digest = `digest of ${deploymentId}`;
    const isSent = course !== 'left-unsent';
    const record = this.#append(
      partition,
      at,
      {
        tenantId,
        deploymentId,
        routerId: name,
        routerIp: router.address,
        softwareVersion: version,
        content: `${tenantId} ${name} ${version}`,
        digest,
        fates: fatesOf(course),
      },
      isSent,
    );
    this.#seen.ledger.push({
      tenantId,
      routerId: name,
      routerIp: router.address,
      softwareVersion: version,
      digest,
      ...(anonymous ? {} : { requestId: deploymentId }),
      canary: `canary-${deploymentId}`,
      sentAt: at - 1,
      outcome: isSent ? heard : 'fail',
      ...(isSent && heard === 'ok' ? { at: { partition, offset: record.offset } } : {}),
    });
    if (!isSent) return undefined;
    const found = { canary: `canary-${deploymentId}`, where: `${partition}/${record.offset}` };
    this.#seen.canaryFindings.push({ ...found, sink: 'deployment-requests', owner: 'shared' });
    this.#seen.canaryFindings.push({ ...found, sink: `deployment-status.${tenantId}`, owner: tenantId });
    return { record, handedAt: this.#handOver(record, course !== 'undeliverable') };
  }

  #append(
    partition: number,
    timestamp: number,
    what: Omit<RequestRecord, 'partition' | 'offset' | 'timestamp'>,
    isSent = true,
  ): RequestRecord {
    const offset = this.#offsets.get(partition) ?? 0;
    const record = { ...what, partition, offset, timestamp };
    if (!isSent) return record;
    this.#offsets.set(partition, offset + 1);
    this.#seen.requests.push(record);
    return record;
  }

  /** Ingest has it in Temporal, or among the dead letters, and commits. */
  #handOver({ partition, offset, timestamp }: RequestRecord, toItsGate: boolean): number {
    const at = timestamp + 5;
    if (toItsGate) this.#seen.handovers.push({ partition, offset, at });
    const safeAt = Math.max(at, this.#safeAt.get(partition) ?? 0);
    this.#safeAt.set(partition, safeAt);
    this.#seen.commits.push({ at: safeAt + 1, partition, offset: offset + 1 });
    return at;
  }

  #grant(tenantId: string, at: number): void {
    this.#seen.grants.push({ tenantId, granted: 1, at: at - 1 });
  }

  #refuse(course: 'faulty' | 'undeliverable', record: RequestRecord): void {
    const code = course === 'faulty' ? 'INVALID_FIELD' : 'UNKNOWN_TENANT';
    this.#bury(record, code, record.timestamp + 4);
    if (course === 'faulty') this.#told.end(record, record.timestamp + 5, 'REJECTED', code);
  }

  #bury({ partition, offset }: RequestRecord, code: ReasonCode, timestamp: number): void {
    this.#seen.deadLetters.push({
      partition: 0,
      offset: this.#seen.deadLetters.length,
      timestamp,
      code,
      original: { topic: this.#seen.requestTopic, partition, offset },
      equal: { key: true, value: true, headers: true },
    });
  }

  #run(course: RunCourse, record: RequestRecord, name: string, router: Router, handedAt: number): void {
    const { tenantId, deploymentId, softwareVersion } = record;
    const slots = this.#slots.get(tenantId) ?? [];
    const slot = slots.indexOf(Math.min(...slots));
    const start = Math.max(handedAt, router.freeAt, slots[slot] ?? 0) + 2;
    this.#unlock(name, router, start - 1);
    const oldVersion = router.version;
    const scene = sceneOf(course, {
      deploymentId,
      router: name,
      start,
      oldVersion,
      newVersion: softwareVersion,
    });
    const { phases, log, closed, how, end, leaves } = scene;
    this.#told.tell(record, 'ACCEPTED', GATE_SEQUENCE.ACCEPTED, handedAt);
    if (start > handedAt + 2)
      this.#told.tell(record, 'QUEUED', GATE_SEQUENCE.QUEUED, handedAt, 'CAP_REACHED');
    this.#told.tell(record, 'STARTED', GATE_SEQUENCE.STARTED, start);
    phases.forEach(([state, at], step) => this.#told.tell(record, state, FIRST_PHASE_SEQUENCE + step, at));
    this.#told.end(record, end.at, end.state, end.code, end.router && { router: end.router });
    this.#seen.executions.push({ tenantId, deploymentId, namespace: 'default', started: start, closed, how });
    this.#seen.routerLog.push(...log);
    const heldUntil = end.router === undefined ? closed : end.at;
    slots[slot] = router.freeAt = heldUntil;
    router.up = leaves !== undefined;
    router.version = leaves ?? oldVersion;
    router.lock = end.router === 'quarantined' ? { tenantId, deploymentId } : undefined;
  }

  /** Somebody saw to it. */
  #unlock(name: string, router: Router, at: number): void {
    if (router.lock === undefined) return;
    this.#seen.unlocks.push(router.lock);
    if (!router.up) this.#seen.routerLog.push(power(name, 'up', at, router.version, 'power-on'));
  }

  #sendAgain(first: RequestRecord, { tenant, router }: Order, at: number, what: 'same' | 'other'): void {
    const { partition, deploymentId, content } = first;
    const digest = `${first.digest} again`;
    const record = this.#append(partition, at, {
      ...first,
      digest,
      content: what === 'same' ? content : `${content} but other`,
    });
    this.#seen.ledger.push({
      tenantId: tenant,
      routerId: `${tenant}-r${router}`,
      routerIp: first.routerIp,
      requestId: deploymentId,
      softwareVersion: first.softwareVersion,
      sentAt: at - 1,
      outcome: 'ok',
      digest,
      at: { partition, offset: record.offset },
    });
    const handedAt = this.#handOver(record, true);
    this.#grant(tenant, handedAt);
    if (what === 'other') return this.#bury(record, 'ID_REUSED', handedAt + 3);
    this.#told.repeatLast(deploymentId, handedAt);
  }

  /** A batch of statuses whose confirmation got lost, and a record that comes once more. */
  #happensTwice(deploymentId: string): void {
    this.#told.publishAgain(deploymentId);
    const [handover] = this.#seen.handovers.slice(-1);
    if (handover !== undefined) this.#seen.handovers.push({ ...handover, at: handover.at + 500 });
  }
}

function fatesOf(course: Order['course']): readonly Fate[] {
  if (course === 'faulty') return ['refused'];
  return [course === 'undeliverable' ? 'undeliverable' : 'taken'];
}
