import { METRICS } from '@vecino/telemetry';
import { counted, noneOf, observations, type Where, type Window } from '@vecino/telemetry/promql';

type Calls = typeof METRICS.deviceCalls;
type CallLabel = Calls['labels'][number];

/** What a router answered, or why it did not, where that is not as wanted. */
export const FAULT = 'error.type';

/** How many calls to routers went otherwise than well. A router that reboots does not answer: some UNAVAILABLE is normal. */
export const deviceFaults = (
  window: Window,
  labels: readonly CallLabel[],
  where: Where<Calls> = {},
): string =>
  counted(observations(METRICS.deviceCalls, 'count', { ...where, [FAULT]: noneOf('') }), window, labels);
