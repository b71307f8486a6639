/** Where a worker ends itself with SIGKILL: around the n-th device call (1 = the first) that it makes for a router, or inside an Install. */
export type KillPlan =
  | {
      readonly kind: 'call';
      readonly routerId: string;
      readonly ordinal: number;
      readonly when: 'before' | 'after';
    }
  | { readonly kind: 'mid-install'; readonly routerId: string; readonly atByte: number };

/** From a worker, right before it dies or when it serves. */
export type WorkerMessage = { readonly kind: 'ready' } | { readonly kind: 'dying'; readonly at: string };
