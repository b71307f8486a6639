import type { Cluster, KafkaMessage } from 'kafkajs';
import type { KafkaClient } from '../connect-kafka.js';

/** kafkajs hands its connections to partition assigners and to nobody else; a consumer that never joins a group has them made. */
export function openCluster({ kafka }: KafkaClient): Cluster {
  let opened: Cluster | undefined;
  kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        opened = cluster;
        return {
          name: 'none',
          version: 0,
          assign: () => Promise.resolve([]),
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  if (!opened) throw new Error('kafkajs did not hand its cluster to the partition assigner');
  return opened;
}

/** What a broker answers to Fetch, as far as it is used. */
export interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: readonly KafkaMessage[];
    }[];
  }[];
}

/** The topic is gone, or what lay at the offset: cut off by retention, or the topic was made again. May also be a broker that does not know yet. */
export const isGone = (err: unknown): boolean => isUnknownTopic(err) || isOutOfRange(err);

export const isUnknownTopic = (err: unknown): boolean =>
  causesOf(err).some(({ type }) => type === 'UNKNOWN_TOPIC_OR_PARTITION');

const isOutOfRange = (err: unknown): boolean =>
  causesOf(err).some(
    ({ name, type }) => name === 'KafkaJSOffsetOutOfRange' || type === 'OFFSET_OUT_OF_RANGE',
  );

function causesOf(err: unknown): (Error & { readonly type?: unknown })[] {
  return err instanceof Error ? [err, ...causesOf(err.cause)] : [];
}
