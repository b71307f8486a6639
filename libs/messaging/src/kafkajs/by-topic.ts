import { groupBy } from '@vecino/foundation';
import type { Message, TopicMessages } from 'kafkajs';
import type { OutgoingRecord } from '../records.js';
import { packHeaders } from './pack-headers.js';

/** A record, and the message that kafkajs is given for it. */
export interface Prepared {
  readonly record: OutgoingRecord;
  readonly message: Message;
}

export const prepare = (record: OutgoingRecord): Prepared => ({ record, message: messageOf(record) });

/** Messages as kafkajs wants them together, in their order per topic. */
export const byTopic = (prepared: readonly Prepared[]): TopicMessages[] =>
  [...groupBy(prepared, ({ record }) => record.topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ message }) => message),
  }));

const messageOf = ({ key, value, headers, partition }: OutgoingRecord): Message => ({
  key,
  value,
  ...(headers && { headers: packHeaders(headers) }),
  ...(partition !== undefined && { partition }),
});
