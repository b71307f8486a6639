import { isTerminalState } from '@vecino/foundation';
import fc from 'fast-check';
import { audit } from './audit.js';
import { placeOf } from './case-file.js';
import type { Evidence } from './evidence/evidence.js';
import type { RouterCall } from './evidence/router-records.js';
import { type Change, edited, editStatus, without } from './testing/edits.js';
import { call } from './testing/scenes.js';
import { type Order, play } from './testing/small-platform.js';
import type { InvariantId } from './violation.js';

const order = fc.record({
  tenant: fc.constantFrom('acme', 'beta', 'gamma'),
  router: fc.integer({ min: 1, max: 4 }),
  afterMs: fc.nat({ max: 400 }),
  course: fc.constantFrom<Order['course']>(
    'upgraded',
    'upgraded',
    'upgraded-by-activate',
    'already-running',
    'rejected-by-precheck',
    'install-fails',
    'rolled-back',
    'fell-back',
    'cancelled-while-running',
    'terminated',
    'timed-out',
    'did-not-return',
    'rollback-fails',
    'cancelled-while-waiting',
    'rate-limited',
    'queue-full',
    'faulty',
    'undeliverable',
    'left-unsent',
  ),
  again: fc.option(
    fc.record({ what: fc.constantFrom<'same' | 'other'>('same', 'other'), afterMs: fc.nat({ max: 2_000 }) }),
    { nil: undefined, freq: 4 },
  ),
  twice: fc.boolean(),
  heard: fc.constantFrom<'ok' | 'fail' | 'unknown'>('ok', 'ok', 'fail', 'unknown'),
  anonymous: fc.boolean(),
});

/** What a platform that does everything right leaves behind of any orders, with a fault in the midst of them. */
const anyHistory: fc.Arbitrary<Evidence> = fc
  .record({
    orders: fc.array(order, { minLength: 1, maxLength: 40 }),
    concerns: fc.subarray(['acme', 'beta', 'gamma']),
    brokenFrom: fc.nat({ max: 5_000 }),
    deadLettersAway: fc.boolean(),
  })
  .map(({ orders, concerns, brokenFrom: from, deadLettersAway }) => {
    let at = 1_000;
    const inTime = orders.map(({ afterMs, again, ...rest }): Order => {
      at += afterMs;
      return { ...rest, at, ...(again === undefined ? {} : { again }) };
    });
    const disturbance = {
      what: 'a fault',
      from,
      to: from + 500,
      concerns,
      effective: true,
      leastProgress: 0,
    };
    return play(inTime, { disturbances: [{ ...disturbance, drainMs: 1_000, deadLettersAway }] });
  });

/** More of them on demand: each takes some 10 ms. */
const RUNS = Number(process.env['VECINO_AUDIT_RUNS'] ?? 100);
/** The same histories each time, since a judge that errs is to be met by whoever looks for it: other ones by `VECINO_AUDIT_SEED`. */
fc.configureGlobal({ seed: Number(process.env['VECINO_AUDIT_SEED'] ?? 1) });

/** Breaks a clean history in one place; undefined where it has no such place. */
type Mutation = (clean: Evidence, pick: <T>(all: readonly T[]) => T | undefined) => Change | undefined;

const MUTATIONS: Readonly<Record<string, readonly [InvariantId, Mutation]>> = {
  'drops a terminal': [
    'I1',
    ({ statuses }, pick) => {
      const end = pick(statuses.filter(({ status }) => isTerminalState(status.state)));
      return end && { statuses: without(statuses, ({ status }) => status.event_id === end.status.event_id) };
    },
  ],
  'drops a dead letter': [
    'I1',
    (clean, pick) => {
      const due = clean.deadLetters.filter(({ code }) => code !== 'ID_REUSED');
      const letter = pick(due);
      // Where nobody could write it that is another invariant's.
      return letter && { deadLetters: without(clean.deadLetters, (one) => one === letter), disturbances: [] };
    },
  ],
  'loses a confirmed record': [
    'I1',
    ({ ledger, requests }, pick) => {
      const lost = pick(ledger.filter(({ outcome }) => outcome === 'ok'));
      return lost && { requests: without(requests, ({ digest }) => digest === lost.digest) };
    },
  ],
  'doubles a terminal': [
    'I2',
    ({ statuses }, pick) => {
      const end = pick(statuses.filter(({ status }) => isTerminalState(status.state)));
      return end && { statuses: [...statuses, { ...editStatus(end, { event_id: 'another' }), offset: 1e6 }] };
    },
  ],
  'leaves out a phase': [
    'I3',
    ({ statuses }, pick) => {
      const phase = pick(statuses.filter(({ status }) => status.state === 'PRECHECK'));
      return (
        phase && { statuses: without(statuses, ({ status }) => status.event_id === phase.status.event_id) }
      );
    },
  ],
  'makes up a workflow': [
    'I4',
    ({ executions }, pick) => {
      const like = pick(executions);
      return like && { executions: [...executions, { ...like, deploymentId: 'ghost' }] };
    },
  ],
  'runs a deployment again': [
    'I4',
    ({ executions }, pick) => {
      const like = pick(executions);
      return like && { executions: [...executions, { ...like, namespace: 'another' }] };
    },
  ],
  "shows a tenant's canary to another": [
    'I5',
    ({ canaryFindings }, pick) => {
      const found = pick(canaryFindings);
      return (
        found && { canaryFindings: [...canaryFindings, { ...found, sink: 'labels', owner: 'somebody' }] }
      );
    },
  ],
  'changes a router twice at a time': [
    'I6',
    ({ routerLog }, pick) => {
      const change = pick(
        routerLog.filter(
          (record): record is RouterCall =>
            record.kind === 'call' &&
            record.accepted &&
            record.end > record.start &&
            !record.rpc.endsWith('/Verify'),
        ),
      );
      return (
        change && { routerLog: [...routerLog, call(change.router_id, 'Install', change.start, change.end)] }
      );
    },
  ],
  'changes a router out of turn': [
    'I6',
    ({ routerLog, executions, statuses }, pick) => {
      const quarantined = new Set(
        statuses.flatMap(({ status }) => (status.details['router'] ? [status.router_id] : [])),
      );
      const record = pick(routerLog.filter(({ router_id }) => !quarantined.has(router_id)));
      const over = 1 + Math.max(...executions.map(({ closed = 0 }) => closed));
      return record && { routerLog: [...routerLog, call(record.router_id, 'Activate', over, over)] };
    },
  ],
  'swaps two of a router': [
    'I7',
    ({ executions, statuses, requests }, pick) => {
      const routerOf = new Map(
        statuses.map(({ status }) => [`${status.tenant_id}/${status.deployment_id}`, status.router_id]),
      );
      const own = (one: { tenantId: string; deploymentId: string }) =>
        routerOf.get(`${one.tenantId}/${one.deploymentId}`);
      const offset = new Map(
        requests.toReversed().map((record) => [`${record.tenantId}/${record.deploymentId}`, record.offset]),
      );
      const order = (one: { tenantId: string; deploymentId: string }) =>
        offset.get(`${one.tenantId}/${one.deploymentId}`) ?? 0;
      const later = pick(
        executions.filter((one) =>
          executions.some((other) => own(other) === own(one) && order(other) < order(one)),
        ),
      );
      const first = executions.find((one) => later !== undefined && own(one) === own(later));
      if (later === undefined || first === undefined) return undefined;
      return {
        executions: edited(
          executions,
          (one) => one === later,
          (one) => ({ ...one, started: first.started - 1 }),
        ),
      };
    },
  ],
  'lowers a cap below what ran': [
    'I8',
    ({ tenants, executions }, pick) => {
      const terms = pick(
        tenants.filter(({ tenantId }) => executions.some((one) => one.tenantId === tenantId)),
      );
      const none = { initial: 0, changes: [] };
      return (
        terms && {
          tenants: edited(
            tenants,
            (one) => one === terms,
            (one) => ({ ...one, cap: none }),
          ),
        }
      );
    },
  ],
  'forgets a grant': [
    'I9',
    ({ grants, executions }, pick) => {
      const tenantId = pick(executions)?.tenantId;
      return tenantId === undefined
        ? undefined
        : { grants: without(grants, (one) => one.tenantId === tenantId) };
    },
  ],
  'commits too early': [
    'I10',
    ({ commits, handovers }, pick) => {
      const handover = pick(handovers);
      if (handover === undefined) return undefined;
      const { partition, offset } = handover;
      return { commits: [...commits, { at: 1, partition, offset: offset + 1 }] };
    },
  ],
  'changes a dead letter': [
    'I11',
    ({ deadLetters }, pick) => {
      const letter = pick(deadLetters);
      const equal = { key: true, value: false, headers: true };
      return (
        letter && {
          deadLetters: edited(
            deadLetters,
            (one) => one === letter,
            (one) => ({ ...one, equal }),
          ),
        }
      );
    },
  ],
  'skips a record while dead letters are away': [
    'I12',
    ({ deadLetters, requests, commits, disturbances }, pick) => {
      const letter = pick(deadLetters.filter(({ code }) => code !== 'ID_REUSED'));
      const record = requests.find(
        (one) => letter !== undefined && placeOf(one) === placeOf(letter.original),
      );
      if (record === undefined) return undefined;
      const { partition, timestamp, offset } = record;
      const away = { ...disturbances[0]!, from: timestamp - 1, to: timestamp + 50, deadLettersAway: true };
      return {
        deadLetters: without(deadLetters, (one) => one === letter),
        disturbances: [away],
        commits: [...commits, { at: timestamp + 10, partition, offset: offset + 1 }],
      };
    },
  ],
  'holds a request up': [
    'I13',
    ({ statuses, tenants }, pick) => {
      const end = pick(statuses.filter(({ status }) => isTerminalState(status.state)));
      const timestamp = 10_000_000;
      const isIt = ({ status }: Evidence['statuses'][number]) => status.event_id === end?.status.event_id;
      return (
        end && {
          statuses: edited(statuses, isIt, (one) => ({ ...one, timestamp })),
          tenants: tenants.map((one) => ({ ...one, promptMs: 100_000 })),
        }
      );
    },
  ],
  'leaves a router armed': [
    'I14',
    ({ routers, executions, statuses, locks }, pick) => {
      const free = (routerId: string) =>
        executions.some(({ tenantId, deploymentId }) =>
          statuses.some(
            ({ status }) =>
              status.router_id === routerId &&
              status.deployment_id === deploymentId &&
              status.tenant_id === tenantId,
          ),
        ) &&
        locks.every(
          (lock) =>
            !statuses.some(
              ({ status }) => status.router_id === routerId && status.deployment_id === lock.deploymentId,
            ),
        );
      const router = pick(routers.filter(({ routerId }) => free(routerId)));
      return (
        router && {
          routers: edited(
            routers,
            (one) => one === router,
            (one) => ({ ...one, nextBootVersion: 'v0' }),
          ),
        }
      );
    },
  ],
};

it('no clean history is accused', () => {
  fc.assert(
    fc.property(anyHistory, (history) => expect(audit(history)).toEqual([])),
    { numRuns: RUNS },
  );
});

it.each(Object.entries(MUTATIONS))('whoever %s is found', (_, [invariant, mutate]) => {
  let mutated = 0;
  fc.assert(
    fc.property(anyHistory, fc.nat(), (clean, chosen) => {
      const change = mutate(clean, (all) => all[chosen % all.length]);
      if (change === undefined) return;
      mutated += 1;
      expect(audit({ ...clean, ...change }).map((violation) => violation.invariant)).toContain(invariant);
    }),
    { numRuns: RUNS },
  );
  expect(mutated).toBeGreaterThan(5);
});
