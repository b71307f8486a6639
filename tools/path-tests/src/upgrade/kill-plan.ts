/** Where a worker ends itself with SIGKILL: around the n-th device call (1 = the first) that it makes for a router, or inside an Install. */
export type KillPlan =
  | {
      readonly kind: 'call';
      readonly routerId: string;
      readonly ordinal: number;
      readonly when: 'before' | 'after';
    }
  | { readonly kind: 'after-effect'; readonly routerId: string; readonly call: MutatingCall }
  | { readonly kind: 'mid-install'; readonly routerId: string; readonly atByte: number };

/** Calls that change a router: the moment after each is where a retry could do it again. */
export const MUTATING_CALLS = ['install', 'activate', 'reboot'] as const;
export type MutatingCall = (typeof MUTATING_CALLS)[number];

/** From a worker, right before it dies or when it serves. */
export type WorkerMessage = { readonly kind: 'ready' } | { readonly kind: 'dying'; readonly at: string };
