import type { Logger, LogFields } from '@vecino/telemetry';

export interface OutageLog {
  /** Called at each failed attempt; only the first since the last success is logged. */
  failed(err: unknown, fields?: LogFields): void;
  /** Called at each success; logged only when it ends an outage. */
  succeeded(): void;
}

/** One line when something goes away and one when it is back, however often it is tried in between. `what` names it: "Temporal", "Kafka". */
export function createOutageLog(logger: Logger, what: string): OutageLog {
  let since: number | undefined;
  let attempts = 0;
  return {
    failed: (err, fields) => {
      attempts += 1;
      if (since !== undefined)
        return logger.debug({ ...fields, err, attempts }, `${what} is still not available`);
      since = Date.now();
      logger.warn({ ...fields, err }, `${what} is not available: waiting`);
    },
    succeeded: () => {
      if (since === undefined) return;
      logger.info({ away_ms: Date.now() - since, attempts }, `${what} is available again`);
      since = undefined;
      attempts = 0;
    },
  };
}
