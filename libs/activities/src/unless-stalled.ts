/**
 * The chunks of a source, each within `stallMs`. Throws when one takes longer or the signal is aborted; a read that hangs is
 * left behind.
 */
export async function* unlessStalled<T>(
  source: AsyncIterable<T>,
  stallMs: number,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await within(chunks.next(), stallMs, signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    chunks.return?.().catch(() => undefined);
  }
}

function within<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (text: string) => () => reject(new Error(text));
    const timer = setTimeout(fail(`nothing came for ${ms / 1_000} s`), ms);
    const cancel = fail('cancelled');
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    });
  });
}
