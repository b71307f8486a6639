/** What a bench must show: the report names each, and the command fails where one is not kept. */
export interface Bar {
  readonly what: string;
  readonly value: number;
  readonly bar: string;
  readonly kept: boolean;
}

/** Nothing measured (NaN) keeps no bar. */
export const atMost = (what: string, value: number, limit: number): Bar => ({
  what,
  value,
  bar: `≤ ${limit}`,
  kept: value <= limit,
});

export const atLeast = (what: string, value: number, limit: number): Bar => ({
  what,
  value,
  bar: `≥ ${limit}`,
  kept: value >= limit,
});

export const exactly = (what: string, value: number, wanted: number): Bar => ({
  what,
  value,
  bar: `= ${wanted}`,
  kept: value === wanted,
});
