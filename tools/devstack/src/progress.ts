/** Says what a step is busy with right now; the step's title and its elapsed time are added by the listener. */
export type Detail = (text: string) => void;

/** Who is told what the stack is doing. Steps may overlap. */
export interface Progress {
  step<T>(title: string, work: (detail: Detail) => Promise<T>): Promise<T>;
  note(text: string): void;
}

export const silentProgress: Progress = {
  step: (_title, work) => work(() => undefined),
  note: () => undefined,
};

const REMIND_EVERY_MS = 10_000;

/**
 * One line when a step begins to take long, one every ten seconds while it lasts, one at its end:
 * readable on a terminal and in a CI log alike. Steps that end within a second print one line.
 */
export function createLineProgress(
  write: (line: string) => void,
  now: () => number = Date.now,
  remindEveryMs: number = REMIND_EVERY_MS,
): Progress {
  return {
    note: write,
    async step(title, work) {
      const began = now();
      let detail = '';
      const line = (mark: string) =>
        write(`${mark} ${title}${detail === '' ? '' : `: ${detail}`} (${formatElapsed(now() - began)})`);
      const first = setTimeout(() => line('…'), Math.min(1000, remindEveryMs));
      const reminder = setInterval(() => line('…'), remindEveryMs);
      try {
        const result = await work((text) => (detail = text));
        line('✓');
        return result;
      } catch (error) {
        line('✗');
        throw error;
      } finally {
        clearTimeout(first);
        clearInterval(reminder);
      }
    },
  };
}

/** `0.4 s`, `12 s`, `3 min 07 s`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
