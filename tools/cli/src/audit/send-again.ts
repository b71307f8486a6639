import { createRequestDecoder, encodeRequest, topics } from '@vecino/contracts';
import { VecinoError } from '@vecino/foundation';
import { fetchRecords, type SourceRecord } from '@vecino/messaging';
import { type CliErrorCode } from '../cli-errors.js';
import { framingOf } from '../send-requests.js';
import { kafkaOf, type PlatformEnvironment, schemasOf } from '../platform-access.js';
import { type Repair } from './plan-repair.js';

/** A request that was sent again, and where it lies now. */
export interface SentAgain {
  readonly tenantId: string;
  readonly deploymentId: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Sends requests again, one after another, each to its own partition: as it was, byte for byte, where it brought an id; else
 * with the id that it got from its place, and all other content as it was.
 *
 * @throws VecinoError REPAIR_FAILED that says how many were sent before
 */
export async function sendAgain(env: PlatformEnvironment, due: readonly Repair[]): Promise<SentAgain[]> {
  const client = kafkaOf(env);
  const topic = topics(env['VECINO_TOPIC_PREFIX']).requests;
  const originals = await fetchRecords(
    client,
    due.map(({ record: { partition, offset } }) => ({ topic, partition, offset })),
  );
  const producer = client.kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  const sent: SentAgain[] = [];
  try {
    await producer.connect();
    for (const [index, { record, gap }] of due.entries()) {
      const original = originals[index];
      if (original === undefined) continue;
      const { partition } = record;
      const { tenantId, deploymentId } = gap;
      const message = record.hasOwnId ? original : await withId(env, original, deploymentId);
      const [answer] = await producer.send({
        topic,
        acks: -1,
        messages: [{ ...messageOf(message), partition }],
      });
      sent.push({ tenantId, deploymentId, partition, offset: Number(answer?.baseOffset ?? -1) });
    }
    return sent;
  } catch (cause) {
    throw new VecinoError<CliErrorCode>(
      'REPAIR_FAILED',
      `${sent.length} of ${due.length} were sent again, then Kafka did not confirm one: the same command goes on with what is left`,
      { disposition: 'retry', cause },
    );
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}

const messageOf = ({ key, value, headers }: Pick<SourceRecord, 'key' | 'value' | 'headers'>) => ({
  key,
  value,
  headers,
});

async function withId(env: PlatformEnvironment, original: SourceRecord, request_id: string) {
  const decoded = await createRequestDecoder(schemasOf(env)).decode(original);
  if (!decoded.ok)
    throw new VecinoError<CliErrorCode>('REQUEST_UNREADABLE', decoded.reason.text, {
      disposition: 'terminal',
    });
  const isJson = String(original.headers['content-type'] ?? '').includes('json');
  const framing = await framingOf(env, isJson ? 'json' : 'avro');
  const { value, headers } = encodeRequest({ ...decoded.request, request_id }, framing);
  return { key: original.key, value, headers: { ...original.headers, ...headers } };
}
