/** How often a router is asked: often at first, since many come back soon, then less and less. */
export interface Polling {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

export const DEFAULT_POLLING: Polling = { firstMs: 100, factor: 1.5, maxMs: 2_000 };

/** Endless pauses between polls. */
export function* pauses({ firstMs, factor, maxMs }: Polling): Generator<number, never> {
  for (let pause = firstMs; ; pause = Math.min(pause * factor, maxMs)) yield pause;
}
