import { createSlots, type Slots } from '@vecino/foundation';
import { within } from '@vecino/messaging';

/** In the terms of `LOOK_LIMITS`. */
export interface PromptSlotsLimits {
  readonly askedAtOnce: number;
  readonly placeMs: number;
  readonly underWayAtMost: number;
}

/**
 * So many calls at once. One that takes longer than `placeMs` gives its place to the next, and goes on beside it, until as many are under
 * way as may be: then the next one waits for one of them to end.
 */
export function createPromptSlots({ askedAtOnce, placeMs, underWayAtMost }: PromptSlotsLimits): Slots {
  const places = createSlots(askedAtOnce);
  const underWay = createSlots(underWayAtMost);
  return {
    use(call) {
      return underWay.use(async () => {
        const { answer } = await places.use(async () => {
          const begun = call();
          await within(placeMs, begun);
          // Not as it is: it would be waited for here, and keep the place.
          return { answer: begun };
        });
        return answer;
      });
    },
  };
}
