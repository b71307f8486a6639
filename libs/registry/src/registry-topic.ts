import { topics } from '@vecino/contracts';
import { type KafkaClient, openTopicTail, type TopicTail, withAdmin } from '@vecino/messaging';
import { TopicContents } from './topic-contents.js';

export const registryTopic = (topicPrefix: string): string => topics(topicPrefix).tenants;

export const hasRegistryTopic = (kafka: KafkaClient, topicPrefix: string): Promise<boolean> =>
  withAdmin(kafka, async (admin) => (await admin.listTopics()).includes(registryTopic(topicPrefix)));

/** The topic as it is read: what it holds, and how far that is. */
export interface OpenRegistryTopic {
  readonly contents: TopicContents;
  readonly tail: TopicTail;
}

export async function openRegistryTopic(kafka: KafkaClient, topicPrefix: string): Promise<OpenRegistryTopic> {
  const contents = new TopicContents();
  const tail = await openTopicTail(kafka, {
    wanted: [registryTopic(topicPrefix)],
    from: 'beginning',
    restarted: () => contents.clear(),
  });
  return { contents, tail };
}

/** Reads to the end of what is committed now. Rejects when Kafka cannot be reached, or at `deadline` (by `performance.now`). */
export async function readToEnd({ contents, tail }: OpenRegistryTopic, deadline: number): Promise<void> {
  do {
    if (performance.now() > deadline) throw new Error('the registry could not be read to its end in time');
    for (const record of await tail.next({ waitMs: 0 })) contents.take(record);
  } while (!tail.atEnd());
}

/** Reads until the change of this id is there: Kafka says that it is committed a moment before it shows it. Rejects as `readToEnd`. */
export async function readUntil(
  { contents, tail }: OpenRegistryTopic,
  change: string,
  deadline: number,
): Promise<void> {
  while (!contents.recentChanges.includes(change)) {
    if (performance.now() > deadline) throw new Error('the change was not found again in time');
    for (const record of await tail.next({ waitMs: READ_BACK_WAIT_MS })) contents.take(record);
  }
}

/** An answer without records does not come sooner when they are shown. */
const READ_BACK_WAIT_MS = 20;
