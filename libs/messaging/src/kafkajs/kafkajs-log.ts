import type { Logger } from '@vecino/telemetry';
import type { logCreator } from 'kafkajs';

/** The one complaint of kafkajs that nothing of ours would see: records were lost to retention before they were read. */
const LOST_POSITION = 'Offset out of range, resetting to default offset';

/**
 * kafkajs complains at level error about everything that it is about to retry ("coordinator is loading", a broker that
 * restarts). What it gives up comes back to us as an error and is logged there, once per change; the rest is for debugging.
 */
export function kafkajsLogCreator(logger: Logger): logCreator {
  const kafkaLogger = logger.child({ component: 'kafkajs' });
  return () =>
    ({ log: { message, topic, partition, groupId, error } }) => {
      const fields = {
        topic,
        partition,
        group: groupId,
        ...(error !== undefined && { detail: error as unknown }),
      };
      if (message === LOST_POSITION)
        kafkaLogger.error(fields, 'offset out of range: reading from the oldest record');
      else kafkaLogger.debug(fields, message);
    };
}
