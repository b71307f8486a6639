import type { StatusCodec } from '@vecino/contracts';
import type { BatchProducer, KafkaClient } from '@vecino/messaging';
import type { Logger } from '@vecino/telemetry';
import type { ProjectorActivities } from '@vecino/workflows';
import { createPublishStatuses } from './publish-statuses.js';
import type { StatusMeter } from './status-meter.js';
import { createStatusTopics } from './status-topics.js';
import { createWriteDeadLetters } from './write-dead-letters.js';

export interface ProjectorDependencies {
  readonly kafka: KafkaClient;
  readonly producer: BatchProducer;
  readonly codec: StatusCodec;
  readonly meter: StatusMeter;
  readonly topicPrefix: string;
  /** Whether spans are exported. */
  readonly tracing: boolean;
  readonly logger: Logger;
}

export function createProjectorActivities(
  deps: ProjectorDependencies,
): Pick<ProjectorActivities, 'publishStatuses' | 'writeDeadLetters'> {
  const statusTopics = createStatusTopics(deps.kafka, deps.topicPrefix);
  return {
    publishStatuses: createPublishStatuses({ ...deps, statusTopics }),
    writeDeadLetters: createWriteDeadLetters(deps),
  };
}
