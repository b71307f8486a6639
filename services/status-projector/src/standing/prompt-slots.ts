import { createSlots, type Slots } from '@vecino/foundation';
import { within } from '@vecino/messaging';

/** So many calls at once. One that takes longer than `placeMs` gives its place to the next, and goes on beside it. */
export function createPromptSlots(count: number, placeMs: number): Slots {
  const slots = createSlots(count);
  return {
    async use(call) {
      const { answer } = await slots.use(async () => {
        const begun = call();
        await within(placeMs, begun);
        // Not as it is: it would be waited for here, and keep the place.
        return { answer: begun };
      });
      return answer;
    },
  };
}
