import type { Evidence } from '../evidence/evidence.js';
import type { StatusRecord } from '../evidence/kafka-records.js';
import type { Execution } from '../evidence/platform-records.js';
import type { RouterLogRecord } from '../evidence/router-records.js';

/** What is changed of an evidence. */
export type Change = Partial<Evidence>;

export const without = <T>(all: readonly T[], which: (one: T) => boolean): T[] =>
  all.filter((one) => !which(one));

export const edited = <T>(all: readonly T[], which: (one: T) => boolean, edit: (one: T) => T): T[] =>
  all.map((one) => (which(one) ? edit(one) : one));

/** Statuses of a deployment, those with that state where it is given. */
export const statusOf =
  (deploymentId: string, state?: string) =>
  ({ status }: StatusRecord): boolean =>
    status.deployment_id === deploymentId && (state === undefined || status.state === state);

export const ofDeployment =
  (deploymentId: string) =>
  (one: { readonly deploymentId: string }): boolean =>
    one.deploymentId === deploymentId;

export const ofRouter =
  (router: string) =>
  ({ router_id }: RouterLogRecord): boolean =>
    router_id === router;

export const editStatus = (record: StatusRecord, more: Partial<StatusRecord['status']>): StatusRecord => ({
  ...record,
  status: { ...record.status, ...more },
});

/** The one that there is of a deployment. */
export function theOnly<T>(all: readonly T[], which: (one: T) => boolean): T {
  const [found, ...more] = all.filter(which);
  if (found === undefined || more.length > 0)
    throw new Error(`${more.length + (found ? 1 : 0)} found, not one`);
  return found;
}

export const startOf = (
  { executions }: { readonly executions: readonly Execution[] },
  deploymentId: string,
): number => theOnly(executions, ofDeployment(deploymentId)).started;
