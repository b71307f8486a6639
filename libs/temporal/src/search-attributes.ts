import type { ConnectionLike } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '@vecino/workflows';
import { translateTemporalError } from './temporal-error.js';

const { INDEXED_VALUE_TYPE_KEYWORD } = temporal.api.enums.v1.IndexedValueType;

/**
 * Registers Vecino's search attributes in a namespace. Names that exist already are left alone, so it may run at every
 * start. Temporal Cloud has no operator service: there they are created by its own tooling.
 *
 * @returns the names that were missing
 * @throws TemporalError
 */
export async function ensureSearchAttributes(
  connection: ConnectionLike,
  namespace: string,
): Promise<readonly string[]> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length === 0) return missing;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, INDEXED_VALUE_TYPE_KEYWORD])),
    });
    return missing;
  } catch (error) {
    throw translateTemporalError(error, `register search attributes in namespace ${namespace}`);
  }
}
