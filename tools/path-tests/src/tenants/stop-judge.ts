import { type Execution } from '@vecino/audit';

/** An order that nothing of what it names starts any more. Times in milliseconds since the Unix epoch. */
export interface StopOrder {
  /** When the registry had it. */
  readonly written: number;
  /** When the registry was asked to take it back. */
  readonly takenBack: number;
  readonly names: (execution: Execution) => boolean;
}

/** From `withinMs` after the order until it is taken back, nothing of what it names starts. */
export const nothingStartsAfter = (
  { written, takenBack, names }: StopOrder,
  executions: readonly Execution[],
  withinMs: number,
): readonly string[] =>
  executions.flatMap((execution) =>
    names(execution) && execution.started > written + withinMs && execution.started < takenBack
      ? [
          `${execution.tenantId}/${execution.deploymentId} started ${execution.started - written} ms after the order`,
        ]
      : [],
  );

/** How long after the order the last one of what it names started; undefined where none did. */
export function lastStartAfter(
  { written, takenBack, names }: StopOrder,
  executions: readonly Execution[],
): number | undefined {
  const after = executions.filter(
    (execution) => names(execution) && execution.started > written && execution.started < takenBack,
  );
  return after.length === 0 ? undefined : Math.max(...after.map(({ started }) => started)) - written;
}
