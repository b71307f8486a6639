import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The one activity of a timed deployment. */
export interface TimedActivities {
  /** Takes its time, and no processor. */
  work(of: { readonly tenantId: string; readonly deploymentId: string }): Promise<void>;
}

/** One line of a work log: when the activity of a deployment began or ended, in epoch milliseconds. */
export interface WorkMoment {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly kind: 'begin' | 'end';
  readonly at: number;
}

/** Each takes `workMs`, and is written to the log. */
export function createTimedActivities(workMs: number, logFile: string): TimedActivities {
  const tell = (kind: WorkMoment['kind'], of: { tenantId: string; deploymentId: string }): void => {
    const moment: WorkMoment = { ...of, kind, at: performance.timeOrigin + performance.now() };
    appendFileSync(logFile, `${JSON.stringify(moment)}\n`);
  };
  return {
    async work(of) {
      tell('begin', of);
      await sleep(workMs);
      tell('end', of);
    },
  };
}

/** The moments of several workers in their order. */
export function readWorkLogs(files: readonly string[]): WorkMoment[] {
  const moments = files.flatMap((file) => {
    const complete = textOf(file).split('\n').slice(0, -1);
    return complete.map((line) => JSON.parse(line) as WorkMoment);
  });
  return moments.sort((a, b) => a.at - b.at);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // It is made with the first activity.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
