import { raise, spread } from '@vecino/bench';

/** Resident memory of one process over time. */
export interface MemorySeries {
  readonly service: string;
  /** In MiB, taken at even intervals. */
  readonly mib: readonly number[];
}

export interface MemoryTrend {
  readonly service: string;
  /** Medians, in MiB, of the third sixth of the run and of its last. Before that a process is still warming up. */
  readonly early_mib: number;
  readonly late_mib: number;
  readonly most_mib: number;
  /** `late_mib / early_mib`. */
  readonly growth: number;
}

const PARTS = 6;
const EARLY = 2;
const LATE = PARTS - 1;

/** How the memory of a process went. @throws RangeError where there are too few samples to say */
export function trendOf({ service, mib }: MemorySeries): MemoryTrend {
  if (mib.length < 2 * PARTS) throw new RangeError(`${mib.length} samples of ${service} show no trend`);
  const part = (index: number): number[] =>
    mib.slice(Math.floor((mib.length * index) / PARTS), Math.floor((mib.length * (index + 1)) / PARTS));
  const [early, late] = [spread(part(EARLY)).median, spread(part(LATE)).median];
  return {
    service,
    early_mib: raise(early, 1),
    late_mib: raise(late, 1),
    most_mib: raise(spread(mib).max, 1),
    growth: raise(late / early, 3),
  };
}

const POINTS = 60;

/** A chart that Markdown viewers with Mermaid draw, in MiB over minutes. */
export function memoryChart({ service, mib }: MemorySeries, minutes: number): string {
  const count = Math.min(POINTS, mib.length);
  const points = Array.from({ length: count }, (_, point) =>
    Math.round(mib[Math.floor((point * mib.length) / count)] as number),
  );
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${service}"`,
    `  x-axis "minutes" 0 --> ${minutes}`,
    `  y-axis "MiB" 0 --> ${Math.ceil(Math.max(...points) / 50) * 50}`,
    `  line [${points.join(', ')}]`,
    '```',
  ].join('\n');
}
