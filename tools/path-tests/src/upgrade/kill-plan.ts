/** Where a worker strikes itself: around the n-th device call (1 = the first) that it makes for a router, or inside an Install. */
export type KillMoment =
  | { readonly kind: 'call'; readonly ordinal: number; readonly when: 'before' | 'after' }
  /** Right before or right after the n-th call of this name; 1 where left out. */
  | {
      readonly kind: 'around-effect';
      readonly call: MutatingCall;
      readonly when: 'before' | 'after';
      readonly nth?: number;
    }
  | { readonly kind: 'mid-install'; readonly atByte: number };

export interface KillPlan {
  readonly routerId: string;
  readonly moment: KillMoment;
  /** A stopped worker waits to be killed, or to be continued as a zombie. */
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** File that the worker writes a line to right before it strikes, and another when the call of that moment is over. */
  readonly report: string;
}

/** Calls that change a router: the moment after each is where a retry could do it again. */
export const MUTATING_CALLS = ['install', 'activate', 'reboot'] as const;
export type MutatingCall = (typeof MUTATING_CALLS)[number];

/** From a worker, when it serves. */
export interface WorkerMessage {
  readonly kind: 'ready';
}

/** Lines of a report: a process that ends itself has no time for more than a synchronous write. */
export const struckLine = (at: string): string => `struck ${at}\n`;
export const OVER_LINE = 'over\n';

/** Which call was struck, of a report's text; undefined where none was. */
export const struckCall = (report: string): string | undefined => /^struck (.+)$/m.exec(report)?.[1];
