import { traceFields } from '@vecino/foundation';
import type { TakenItem } from './carried.js';

/** What a gate's line says of the one deployment that it is about: the gate's own trace is nobody's. */
export const itemLogFields = (
  deploymentId: string,
  item: Pick<TakenItem, 'routerId' | 'traceparent'> | undefined,
) => ({
  deploymentId,
  ...(item !== undefined && { routerId: item.routerId, ...traceFields(item) }),
});
