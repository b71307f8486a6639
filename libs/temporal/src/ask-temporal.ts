import type { Client } from '@temporalio/client';
import { translateTemporalError } from './temporal-error.js';

/**
 * Asks something of the client's namespace, for `limitMs` at most; `what` is for people.
 *
 * @throws TemporalError
 */
export async function askTemporal<T>(
  { connection, options: { namespace } }: Client,
  what: string,
  limitMs: number,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await connection.withDeadline(Date.now() + limitMs, call);
  } catch (error) {
    throw translateTemporalError(error, `${what} in namespace ${namespace}`);
  }
}
