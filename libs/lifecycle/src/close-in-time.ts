import type { Logger } from '@vecino/telemetry';

type Closing = () => Promise<unknown>;

/**
 * Closes all of them at once, for `limitMs` at most, and says which of them did not close, or failed to. Never rejects: what is
 * left open ends with the process.
 */
export async function closeInTime(
  logger: Logger,
  limitMs: number,
  parts: Readonly<Record<string, Closing>>,
): Promise<void> {
  await Promise.all(Object.entries(parts).map(([part, close]) => closeOne(logger, limitMs, part, close)));
}

async function closeOne(logger: Logger, limitMs: number, part: string, close: Closing): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  try {
    const closed = (async () => close())();
    if ((await Promise.race([closed, late])) === 'late') {
      closed.catch(() => undefined);
      logger.warn({ part, limit_ms: limitMs }, 'did not close in time: it ends with the process');
    }
  } catch (err) {
    logger.warn({ part, err }, 'did not close as it should');
  } finally {
    clearTimeout(timer);
  }
}
