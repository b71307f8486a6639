import type { IntakeRoute, SharedAnswer } from '@vecino/admission';
import type { Logger } from '@vecino/telemetry';

export interface IntakeLog {
  /** Called again and again; only changes are logged. `answer` is the shared log's latest, where it answers. */
  tell(route: IntakeRoute, answer: SharedAnswer | undefined): void;
}

export function createIntakeLog(logger: Logger): IntakeLog {
  let told: string | undefined;
  return {
    tell: (route, answer) => {
      const shut = route.kind === 'shared' && answer?.kind === 'closed' ? answer : undefined;
      const kind = shut ? `closed: ${shut.why}` : route.kind;
      if (kind === told) return;
      const first = told === undefined;
      told = kind;
      if (shut) {
        const { why, waitMs } = shut;
        logger.warn({ why, wait_ms: waitMs }, 'intake is closed: what was granted before is not known');
        return;
      }
      switch (route.kind) {
        case 'closed':
          return logger.warn({}, 'intake is closed: requests wait for Redis or for the end of a window');
        case 'local':
          return logger.warn(
            { partitions: route.own, all: route.all },
            'intake goes on with this share of each limit',
          );
        case 'shared':
          return first ? undefined : logger.info({}, 'intake goes on with limits shared through Redis');
      }
    },
  };
}
