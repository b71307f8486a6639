import { METRICS } from '@vecino/telemetry';
import { counted, noneOf, observations, type Where, type Window } from '@vecino/telemetry/promql';

type Calls = typeof METRICS.deviceCalls;
type CallLabel = Calls['labels'][number];

export const ANSWER = 'rpc.response.status_code';

/** What `libs/gnoi` calls an answer that is as wanted. */
const WELL = ['OK', 'validated', 'activated'] as const;

/** How many calls to routers went otherwise than well. A router that reboots does not answer: some UNAVAILABLE is normal. */
export const deviceFaults = (
  window: Window,
  labels: readonly CallLabel[],
  where: Where<Calls> = {},
): string =>
  counted(
    observations(METRICS.deviceCalls, 'count', { ...where, [ANSWER]: noneOf(...WELL) }),
    window,
    labels,
  );
