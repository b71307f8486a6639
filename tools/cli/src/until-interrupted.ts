export interface Interrupt {
  readonly signal: AbortSignal;
  readonly happened: Promise<'interrupted'>;
}

/** Exit code of a command that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Ctrl-C (or SIGTERM) as something to wait for. A second one ends the process as usual. */
export function untilInterrupted(): Interrupt {
  const controller = new AbortController();
  const happened = new Promise<'interrupted'>((resolve) => {
    const interrupt = () => {
      controller.abort();
      resolve('interrupted');
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
  });
  return { signal: controller.signal, happened };
}
