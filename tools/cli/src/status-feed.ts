import {
  createStatusCodec,
  type NetworkDeploymentStatus,
  type StatusCodec,
  tenantOfStatusTopic,
  traceOf,
} from '@vecino/contracts';
import { errorText } from '@vecino/foundation';
import { openTopicTail, type TailRecord, type TopicTail } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment, schemasOf } from './platform-access.js';

/** A status as it was read back from a tenant's topic. */
export interface ReadStatus {
  /** Whose topic it lay on. */
  readonly tenantId: string;
  readonly status: NetworkDeploymentStatus;
  /** Of the record's trace header. */
  readonly traceId?: string;
}

/** A record on a status topic that is no status. */
export interface UnreadableStatus {
  readonly tenantId: string;
  readonly place: string;
  readonly fault: string;
}

export interface StatusBatch {
  readonly statuses: readonly ReadStatus[];
  readonly unreadable: readonly UnreadableStatus[];
}

/** The statuses of some or all tenants, those of tenants that get their first one later included. */
export interface StatusFeed {
  /** What came next; nothing when nothing came within a quarter of a second. Rejects while Kafka cannot be reached, and can be called again. */
  next(): Promise<StatusBatch>;
  /** Whether everything that lies on the topics at this moment has been read. */
  isAtEnd(): Promise<boolean>;
  close(): Promise<void>;
}

export interface StatusFeedOptions {
  readonly wanted: (tenantId: string) => boolean;
  readonly from: 'beginning' | 'end';
}

/** Resolves when the place from which it reads is fixed: what is published afterwards will be read. */
export async function openStatusFeed(
  env: PlatformEnvironment,
  options: StatusFeedOptions,
): Promise<StatusFeed> {
  const prefix = env['VECINO_TOPIC_PREFIX'] ?? '';
  const codec = createStatusCodec(schemasOf(env));
  const tail: TopicTail = await openTopicTail(kafkaOf(env), {
    wanted: (topic) => {
      const tenantId = tenantOfStatusTopic(topic, prefix);
      return tenantId !== undefined && options.wanted(tenantId);
    },
    from: options.from,
  });
  return {
    next: async () => {
      const statuses: ReadStatus[] = [];
      const unreadable: UnreadableStatus[] = [];
      for (const record of await tail.next()) {
        const tenantId = tenantOfStatusTopic(record.topic, prefix) ?? '';
        try {
          statuses.push({ tenantId, ...(await readStatus(codec, record)) });
        } catch (error) {
          unreadable.push({
            tenantId,
            place: `${record.topic}, partition ${record.partition}, offset ${record.offset}`,
            fault: errorText(error),
          });
        }
      }
      return { statuses, unreadable };
    },
    isAtEnd: async () => (await tail.behind()) === 0,
    close: () => tail.close(),
  };
}

async function readStatus(
  codec: StatusCodec,
  { value, headers }: TailRecord,
): Promise<Omit<ReadStatus, 'tenantId'>> {
  const status = await codec.decode(value, headers);
  const { traceparent } = traceOf(headers);
  return { status, ...(traceparent === undefined ? {} : { traceId: traceIdOf(traceparent) }) };
}

/** W3C Trace Context: `version-traceid-parentid-flags`. */
export const traceIdOf = (traceparent: string): string => traceparent.split('-')[1] ?? '';
