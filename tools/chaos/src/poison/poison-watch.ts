import { createStatusCodec, type RecordHeaders, tenantOfStatusTopic } from '@vecino/contracts';
import type { Observed, SeenLetter, SeenStatus } from './observed.js';
import { CANARY_PATTERN } from './poison-plan.js';
import type { PoisonPlatform } from './poison-platform.js';
import { LEAVING, ORDERING, REMOVED } from './poison-tenants.js';
import { isErrorHeader, keptDigest } from './send-planned.js';
import { TopicDump } from './topic-dump.js';
import { KafkaSocket } from './wire/kafka-socket.js';
import type { RawRecord } from './wire/raw-record.js';
import type { StoredRecord } from './wire/record-batch.js';

/** The dead letters and statuses of a platform, as Kafka has them. */
export interface PoisonWatch {
  /** Everything that is there by now. */
  look(): Promise<Observed>;
  close(): void;
}

const DLQ_PARTITIONS = 3;

export async function watchPlatform({ broker, names, topicPrefix }: PoisonPlatform): Promise<PoisonWatch> {
  const kafka = await KafkaSocket.open(broker);
  const letters = new TopicDump(kafka, names.dlq, DLQ_PARTITIONS, letterOf);
  const statuses = [...ORDERING, LEAVING, REMOVED].map((tenantId) => {
    const topic = names.status(tenantId);
    return new TopicDump(kafka, topic, 1, statusesOf(tenantOfStatusTopic(topic, topicPrefix) ?? ''));
  });
  return {
    async look() {
      for (const dump of [letters, ...statuses]) await dump.read();
      return { letters: letters.records, statuses: statuses.flatMap(({ records }) => records) };
    },
    close: () => kafka.close(),
  };
}

function letterOf(record: StoredRecord): SeenLetter {
  const told: Record<string, string> = {};
  const twice: string[] = [];
  for (const { name, value } of record.headers.filter(isErrorHeader)) {
    if (Object.hasOwn(told, name.toString())) twice.push(name.toString());
    told[name.toString()] = value?.toString() ?? '';
  }
  return { place: `${record.partition}/${record.offset}`, digest: keptDigest(record), told, twice };
}

function statusesOf(tenantId: string): (record: StoredRecord) => Promise<SeenStatus> {
  const codec = createStatusCodec();
  return async (record) => {
    const status = await codec.decode(record.value, headersOf(record));
    return {
      tenantId,
      offset: record.offset,
      deploymentId: status.deployment_id,
      routerId: status.router_id,
      softwareVersion: status.software_version,
      state: status.state,
      eventId: status.event_id,
      ...(status.reason && { code: status.reason.code }),
      canaries: canariesIn(record),
    };
  };
}

const headersOf = ({ headers }: RawRecord): RecordHeaders =>
  Object.fromEntries(headers.map(({ name, value }) => [name.toString(), value ?? Buffer.alloc(0)]));

function canariesIn({ key, value, headers }: RawRecord): string[] {
  const parts = [key, value, ...headers.flatMap((one) => [one.name, one.value])];
  const found = parts.flatMap((part) => part?.toString('latin1').match(CANARY_PATTERN) ?? []);
  return [...new Set(found)];
}
