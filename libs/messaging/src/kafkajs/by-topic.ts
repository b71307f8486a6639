import { groupBy } from '@vecino/foundation';
import type { Message, TopicMessages } from 'kafkajs';
import type { OutgoingRecord } from '../records.js';
import { packHeaders } from './pack-headers.js';

const toMessage = ({ key, value, headers, partition }: OutgoingRecord): Message => ({
  key,
  value,
  ...(headers && { headers: packHeaders(headers) }),
  ...(partition !== undefined && { partition }),
});

/** A record as kafkajs wants it. */
export const toOutgoing = (record: OutgoingRecord): Outgoing => ({ record, message: toMessage(record) });

export interface Outgoing {
  readonly record: OutgoingRecord;
  readonly message: Message;
}

/** Messages as kafkajs wants them together, in their order per topic. */
export const byTopic = (outgoing: readonly Outgoing[]): TopicMessages[] =>
  [...groupBy(outgoing, ({ record }) => record.topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ message }) => message),
  }));
