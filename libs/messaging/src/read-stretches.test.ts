import type { FetchedPartition } from './kafkajs/fetch-committed.js';
import { readStretches, type Stretch } from './read-stretches.js';

interface Answer {
  readonly partition?: number;
  readonly offsets?: readonly number[];
  readonly nextOffset: number;
  readonly lastStableOffset?: number;
  readonly highWatermark?: number;
}

const fetched = ({
  partition = 0,
  offsets = [],
  nextOffset,
  lastStableOffset = 100,
  highWatermark = 100,
}: Answer): FetchedPartition => ({
  topic: 't',
  partition,
  records: offsets.map((offset) => ({ offset, timestamp: 1, key: null, value: null, headers: {} })),
  nextOffset,
  lastStableOffset,
  highWatermark,
});

/** Reads what the broker gives, answer by answer and then the last one again and again, as `partition/offset`. */
async function read(stretches: readonly Stretch[], answers: readonly (readonly Answer[])[]) {
  const asked: string[][] = [];
  const seen: string[] = [];
  const ask = (open: readonly Stretch[]) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(open.map(({ partition, next }) => `${partition}/${next}`));
    return Promise.resolve(answer.map(fetched));
  };
  let error: unknown;
  try {
    for await (const { partition, offset } of readStretches(stretches, ask))
      seen.push(`${partition}/${offset}`);
  } catch (err) {
    error = err;
  }
  return { seen, asked, error };
}

const whole = { partition: 0, next: 0, end: 10 };

it('goes on behind a gap, wherever it lies and however often nothing comes of it', async () => {
  const { seen, asked, error } = await read(
    [whole],
    [
      [{ nextOffset: 3 }],
      [{ offsets: [4], nextOffset: 5 }],
      [{ nextOffset: 8 }],
      [{ offsets: [9], nextOffset: 10 }],
    ],
  );
  expect(seen).toEqual(['0/4', '0/9']);
  expect(asked).toEqual([['0/0'], ['0/3'], ['0/5'], ['0/8']]);
  expect(error).toBeUndefined();
});

it('ends where nothing but a gap is left', async () => {
  const { seen, error } = await read([whole], [[{ offsets: [8], nextOffset: 9 }], [{ nextOffset: 10 }]]);
  expect({ seen, error }).toEqual({ seen: ['0/8'], error: undefined });
});

it('gives nothing from its end on', async () => {
  const { seen } = await read([whole], [[{ offsets: [9, 10, 11], nextOffset: 12 }]]);
  expect(seen).toEqual(['0/9']);
});

it('waits for a partition that an answer had no room for', async () => {
  const other = { partition: 1, next: 0, end: 1 };
  const full = { partition: 0, offsets: [9], nextOffset: 10 };
  const { seen } = await read(
    [whole, other],
    [[full, { partition: 1, nextOffset: 0 }], [{ partition: 1, offsets: [0], nextOffset: 1 }]],
  );
  expect(seen).toEqual(['0/9', '1/0']);
});

it('ends before a transaction that has not ended', async () => {
  const before = { nextOffset: 5, lastStableOffset: 5 };
  const { seen, error } = await read([whole], [[{ ...before, offsets: [4] }], [before]]);
  expect({ seen, error }).toEqual({ seen: ['0/4'], error: undefined });
});

it.each([
  ['gives nothing', [[{ nextOffset: 0 }]]],
  ['does not answer for it', [[]]],
  ['has a leader that knows no more', [[{ nextOffset: 0, lastStableOffset: 0, highWatermark: 0 }]]],
] as const)('is no end where Kafka %s', async (_what, answers) => {
  const { seen, error } = await read([whole], answers);
  expect(seen).toEqual([]);
  expect(error).toMatchObject({ code: 'SCAN_STANDS_STILL', disposition: 'retry' });
});

it('asks for nothing where there is nothing', async () => {
  expect((await read([{ ...whole, next: 10 }], [])).asked).toEqual([]);
});
