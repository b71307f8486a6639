export interface Interrupt {
  readonly signal: AbortSignal;
  readonly happened: Promise<'interrupted'>;
}

const waiting = new Set<() => void>();

/** Ctrl-C (or SIGTERM) as something to wait for. A second one ends the process as usual. */
export function untilInterrupted(): Interrupt {
  const controller = new AbortController();
  const happened = new Promise<'interrupted'>((resolve) => {
    waiting.add(() => {
      controller.abort();
      resolve('interrupted');
    });
  });
  if (waiting.size === 1) {
    process.on('SIGINT', interruptAll);
    process.on('SIGTERM', interruptAll);
  }
  return { signal: controller.signal, happened };
}

function interruptAll(): void {
  process.off('SIGINT', interruptAll);
  process.off('SIGTERM', interruptAll);
  const interrupted = [...waiting];
  waiting.clear();
  for (const interrupt of interrupted) interrupt();
}
