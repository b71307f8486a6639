import { createHash } from 'node:crypto';
import { deploymentIdOf } from '@vecino/contracts';
import type { Fate } from './fate.js';
import type { PlannedRecord } from './poison-plan.js';
import type { Codec } from './wire/compression.js';
import type { KafkaSocket } from './wire/kafka-socket.js';
import { produce } from './wire/produce.js';
import { contentOf, type RawHeader, type RawRecord } from './wire/raw-record.js';
import { encodeBatch } from './wire/record-batch.js';

/** A record that Kafka has, and what must become of it. */
export interface SentRecord {
  readonly className: string;
  readonly n: number;
  readonly fate: Fate;
  readonly canary: string;
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly partition: number;
  readonly offset: number;
  /** Of the append, in epoch milliseconds. */
  readonly timestamp: number;
  /** Of what a dead letter of it keeps. */
  readonly digest: string;
}

export interface SendTarget {
  readonly kafka: KafkaSocket;
  readonly cluster: string;
  readonly topic: string;
}

const MAX_BATCH_BYTES = 1_000_000;
const MAX_REQUEST_BYTES = 8_000_000;
const ERROR_HEADERS = '__connect.errors.';

/** Whether it is one of those that anybody could have forged, and that no dead letter takes over. */
export const isErrorHeader = ({ name }: RawHeader): boolean =>
  name.toString().toLowerCase().startsWith(ERROR_HEADERS);

/** Equal where key, value and all headers but error headers are, byte for byte and in their order. */
export const keptDigest = (record: RawRecord): string =>
  createHash('sha256')
    .update(contentOf({ ...record, headers: record.headers.filter((one) => !isErrorHeader(one)) }))
    .digest('base64url');

/** Sends the records in their order per partition. Rejects where Kafka refuses one. */
export async function sendPlanned(
  { kafka, cluster, topic }: SendTarget,
  planned: readonly PlannedRecord[],
): Promise<SentRecord[]> {
  const sent: SentRecord[] = [];
  for (const request of requestsOf(planned)) {
    const batches = [...request].map(([partition, { codec, records }]) => ({
      partition,
      batch: encodeBatch(
        records.map(({ poison }) => poison.record),
        codec,
      ),
    }));
    for (const { partition, error, baseOffset, appendedAt } of await produce(kafka, topic, batches)) {
      const records = request.get(partition)?.records ?? [];
      const names = records.map(({ className }) => className).join(', ');
      if (error !== 0) throw new Error(`Kafka refuses ${names} with error ${error}`);
      records.forEach((record, i) => {
        const position = { cluster, topic, partition, offset: baseOffset + i, timestamp: appendedAt };
        sent.push(sentOf(record, position));
      });
    }
  }
  return sent;
}

function sentOf(
  { className, n, fate, canary, tenantId, poison }: PlannedRecord,
  position: Parameters<typeof deploymentIdOf>[1] & { readonly offset: number; readonly timestamp: number },
): SentRecord {
  const { partition, offset, timestamp } = position;
  const deploymentId = poison.deploymentId ?? deploymentIdOf({ request_id: null }, position);
  const digest = keptDigest(poison.record);
  return { className, n, fate, canary, tenantId, deploymentId, partition, offset, timestamp, digest };
}

interface Batch {
  readonly codec: Codec;
  readonly records: PlannedRecord[];
  bytes: number;
}
type Request = Map<number, Batch>;

/** A request has one batch for each partition, and a batch has one codec and at most a megabyte. */
function requestsOf(planned: readonly PlannedRecord[]): Request[] {
  const requests: Request[] = [];
  let request: Request = new Map();
  let total = 0;
  for (const record of planned) {
    const { partition, codec, poison } = record;
    const bytes = contentOf(poison.record).length;
    const batch = request.get(partition);
    const fits = batch === undefined || (batch.codec === codec && batch.bytes + bytes <= MAX_BATCH_BYTES);
    if (!fits || total + bytes > MAX_REQUEST_BYTES) {
      requests.push(request);
      request = new Map();
      total = 0;
    }
    const own = request.get(partition) ?? { codec, records: [], bytes: 0 };
    request.set(partition, own);
    own.records.push(record);
    own.bytes += bytes;
    total += bytes;
  }
  return [...requests, request].filter(({ size }) => size > 0);
}
