import { groupBy, isTerminalState } from '@vecino/foundation';
import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type CallRecord, type LogRecord } from '@vecino/router-simulator';
import { type LedgerEntry, reboots } from './ledger.js';

/**
 * Judges a run by what the producer knows that it sent, what the routers logged, what lies on the status topics and what
 * Temporal recorded: never by the platform's own opinion. Each invariant answers with its violations, one sentence each.
 */
export type Violations = readonly string[];

/** When a deployment's workflow ran, by Temporal's clock; `closed` is undefined while it runs. */
export interface Execution {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly started: number;
  readonly closed?: number;
}

/** Every request ends exactly once, as it must; a repeated terminal is the same event. */
export function endsOnce(
  ledger: readonly LedgerEntry[],
  statuses: readonly NetworkDeploymentStatus[],
): Violations {
  const terminals = groupBy(
    statuses.filter(({ state }) => isTerminalState(state)),
    keyOfStatus,
  );
  return ledger.flatMap((entry) => {
    const ends = terminals.get(keyOf(entry)) ?? [];
    const events = new Map(ends.map((end) => [end.event_id, end]));
    if (events.size !== 1) return [`${keyOf(entry)} has ${events.size} terminals, not one`];
    return ends.flatMap(({ state, reason }) =>
      state === entry.expected.state && reason?.code === entry.expected.code
        ? []
        : [
            `${keyOf(entry)} ended ${state}/${reason?.code} (${reason?.text}), not ${entry.expected.state}/${entry.expected.code}`,
          ],
    );
  });
}

/** Two records with one event id say the same. */
export function repeatsAgree(statuses: readonly NetworkDeploymentStatus[]): Violations {
  return [...groupBy(statuses, ({ event_id }) => event_id)].flatMap(([eventId, same]) => {
    const said = new Set(
      same.map(({ state, sequence, deployment_id }) => `${deployment_id} ${sequence} ${state}`),
    );
    return said.size === 1 ? [] : [`event ${eventId} says ${[...said].join(' and ')}`];
  });
}

/** Every status, workflow and change to a router belongs to a request. */
export function nothingUnasked(
  ledger: readonly LedgerEntry[],
  statuses: readonly NetworkDeploymentStatus[],
  executions: readonly Execution[],
  log: readonly LogRecord[],
): Violations {
  const asked = new Set(ledger.map(keyOf));
  const routers = new Set(ledger.filter(reboots).map(({ routerId }) => routerId));
  return [
    ...statuses
      .filter((status) => !asked.has(keyOfStatus(status)))
      .map((status) => `status ${status.state} of ${keyOfStatus(status)}, which nobody asked for`),
    ...executions
      .filter((execution) => !asked.has(keyOf(execution)))
      .map((execution) => `workflow of ${keyOf(execution)}, which nobody asked for`),
    ...changes(log)
      .filter(({ router_id }) => !routers.has(router_id))
      .map(({ rpc, router_id }) => `${rpc} to ${router_id}, which nobody asked for`),
  ];
}

/** Each deployment that must reboot its router did so once, and no other router was rebooted. */
export function rebootsOnce(ledger: readonly LedgerEntry[], log: readonly LogRecord[]): Violations {
  const accepted = groupBy(
    changes(log).filter(({ rpc, accepted }) => accepted && rpc.endsWith('/Reboot')),
    ({ detail, router_id }) =>
      `${router_id} ${/^vecino deployment (\S+) forward$/.exec(String(detail['message']))?.[1]}`,
  );
  const wanted = new Set(
    ledger.filter(reboots).map(({ routerId, deploymentId }) => `${routerId} ${deploymentId}`),
  );
  return [
    ...[...wanted]
      .filter((key) => accepted.get(key)?.length !== 1)
      .map((key) => `${key}: ${accepted.get(key)?.length ?? 0} accepted reboots, not one`),
    ...[...accepted.keys()]
      .filter((key) => !wanted.has(key))
      .map((key) => `${key}: a reboot that must not be`),
  ];
}

/** A router is changed by one call at a time. */
export function changesApart(log: readonly LogRecord[]): Violations {
  return [...groupBy(changes(log), ({ router_id }) => router_id)].flatMap(([routerId, calls]) => {
    const inOrder = calls.toSorted((a, b) => a.start - b.start || a.seq - b.seq);
    return inOrder.flatMap((call, index) => {
      const next = inOrder[index + 1];
      return next !== undefined && next.start < call.end
        ? [`${routerId}: ${next.rpc} began ${call.end - next.start} ms before ${call.rpc} had ended`]
        : [];
    });
  });
}

/** Deployments of one router start in the order of the ledger, each after the one before it has closed. */
export function inOrderPerRouter(
  ledger: readonly LedgerEntry[],
  executions: readonly Execution[],
): Violations {
  const executionOf = new Map(executions.map((execution) => [keyOf(execution), execution]));
  const lines = groupBy(ledger, ({ tenantId, routerId }) => `${tenantId}/${routerId}`);
  return [...lines].flatMap(([routerId, entries]) => {
    const ran = entries.flatMap((entry) => executionOf.get(keyOf(entry)) ?? []);
    return ran.flatMap((earlier, index) => {
      const later = ran[index + 1];
      return later !== undefined && later.started < (earlier.closed ?? Infinity)
        ? [`${routerId}: ${later.deploymentId} started before ${earlier.deploymentId} had closed`]
        : [];
    });
  });
}

/** At no moment did a tenant have more deployments running than its cap. */
export function capHeld(executions: readonly Execution[], capOf: (tenantId: string) => number): Violations {
  return [...groupBy(executions, ({ tenantId }) => tenantId)].flatMap(([tenantId, own]) => {
    const most = mostAtOnce(own);
    return most > capOf(tenantId) ? [`${tenantId} had ${most} running, its cap is ${capOf(tenantId)}`] : [];
  });
}

/** One that ends at the very moment when another starts has made room for it. */
export function mostAtOnce(executions: readonly Execution[]): number {
  const steps = executions
    .flatMap(({ started, closed = Infinity }) => [
      { at: started, by: 1 },
      { at: closed, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let running = 0;
  return steps.reduce((most, { by }) => Math.max(most, (running += by)), 0);
}

const CHANGING = /\/(Install|Activate|Reboot)$/;

const changes = (log: readonly LogRecord[]): CallRecord[] =>
  log.filter((record): record is CallRecord => record.kind === 'call' && CHANGING.test(record.rpc));

const keyOf = ({ tenantId, deploymentId }: { tenantId: string; deploymentId: string }): string =>
  `${tenantId}/${deploymentId}`;
const keyOfStatus = ({ tenant_id, deployment_id }: NetworkDeploymentStatus): string =>
  `${tenant_id}/${deployment_id}`;
