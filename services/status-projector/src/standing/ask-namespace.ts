import type { LastAnswer, Logger } from '@vecino/telemetry';
import { translateTemporalError } from '@vecino/temporal';

export interface NamespaceQuestion<T> {
  readonly namespace: string;
  /** The one that tenants share: where it does not let itself be looked at, nobody can be asked. */
  readonly isShared: boolean;
  readonly last: LastAnswer<T>;
  readonly ask: () => Promise<T>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Asks something of a namespace, and tells `last` what comes of it. A namespace that is about to be made has nothing in it; one that does
 * not let itself be looked at is that tenant's trouble, and no other's. Rejects where it is the shared one, or the signal is aborted.
 */
export async function askNamespace<T>(question: NamespaceQuestion<T>): Promise<void> {
  const { namespace, isShared, last, ask, logger, signal } = question;
  try {
    last.heard(await ask());
  } catch (error) {
    const fault = translateTemporalError(error, `look at ${namespace}`);
    if (signal.aborted || isShared) throw fault;
    if (fault.code === 'NAMESPACE_NOT_FOUND') return last.forget();
    last.failed(Date.now());
    logger.warn(
      { err: fault, namespace },
      'cannot look at a namespace: its numbers are old, and missing after a minute',
    );
  }
}
