import { createHash } from 'node:crypto';
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

/**
 * Each takes between half and one and a half times `workMs`, by its id, and is written to the log. Work that takes equally long would keep
 * a tenant's deployments in step, all of them ending and all of the next starting at one moment, as no routers do.
 */
export function createTimedActivities(workMs: number, logFile: string): TimedActivities {
  const tell = (kind: WorkMoment['kind'], of: { tenantId: string; deploymentId: string }): void => {
    const moment: WorkMoment = { ...of, kind, at: performance.timeOrigin + performance.now() };
    appendFileSync(logFile, `${JSON.stringify(moment)}\n`);
  };
  return {
    async work(of) {
      tell('begin', of);
      await sleep(workMs * (0.5 + fractionOf(`${of.tenantId}/${of.deploymentId}`)));
      tell('end', of);
    },
  };
}

/** From 0 to 1, the same for the same text. */
const fractionOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;

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
