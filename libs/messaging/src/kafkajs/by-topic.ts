import type { TopicMessages } from 'kafkajs';
import type { OutgoingRecord } from '../records.js';
import { packHeaders } from './pack-headers.js';

/** Records as kafkajs wants them, in their order per topic. */
export function byTopic(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, headers, partition } of records) {
    let messages = topics.get(topic)?.messages;
    if (!messages) topics.set(topic, { topic, messages: (messages = []) });
    messages.push({
      key,
      value,
      ...(headers && { headers: packHeaders(headers) }),
      ...(partition !== undefined && { partition }),
    });
  }
  return [...topics.values()];
}
