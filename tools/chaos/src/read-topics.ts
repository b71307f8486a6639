import { isDeepStrictEqual } from 'node:util';
import { type DeadLetterRecord, type Fate, type RequestRecord, type StatusRecord } from '@vecino/audit';
import {
  createRequestDecoder,
  createStatusCodec,
  DEAD_LETTER_HEADERS,
  type DecodeResult,
  headerText,
  originalHeaders,
  type RecordHeaders,
  tenantOfStatusTopic,
  topics,
} from '@vecino/contracts';
import { type KafkaClient, scanTopic, type TailRecord, withAdmin } from '@vecino/messaging';
import { digestOf } from './digest.js';

/** Everything on a topic at this moment. */
export async function dump(kafka: KafkaClient, topic: string): Promise<TailRecord[]> {
  const records: TailRecord[] = [];
  for await (const record of scanTopic(kafka, { topic })) records.push(record);
  return records;
}

/** What the request topic holds, each with what may become of it. */
export function requestRecords(
  records: readonly TailRecord[],
  fatesOf: (tenantId: string | undefined, sound: boolean) => readonly Fate[],
): RequestRecord[] {
  const decoder = createRequestDecoder();
  return records.map((record) => {
    const decoded = decoder.decode(record);
    if (decoded instanceof Promise) throw new Error('no schema registry is configured');
    const { partition, offset, timestamp, key, value } = record;
    const asked = askedFor(decoded, record);
    return {
      ...asked,
      partition,
      offset,
      timestamp,
      content: [asked.tenantId, asked.routerId, asked.routerIp, asked.softwareVersion].join(' '),
      digest: digestOf(key, value),
      fates: fatesOf(asked.tenantId || undefined, decoded.ok),
    };
  });
}

function askedFor(decoded: DecodeResult, { partition, offset }: TailRecord) {
  if (decoded.ok) {
    const { tenant_id, request_id, router_id, router_ip, software_version } = decoded.request;
    return {
      tenantId: tenant_id,
      deploymentId: request_id ?? `${partition}/${offset}`,
      routerId: router_id,
      routerIp: router_ip,
      softwareVersion: software_version,
    };
  }
  const { partial } = decoded;
  return {
    tenantId: decoded.tenantId ?? '',
    deploymentId: partial?.requestId ?? `${partition}/${offset}`,
    routerId: partial?.routerId ?? '',
    routerIp: partial?.routerIp ?? '',
    softwareVersion: partial?.softwareVersion ?? '',
  };
}

/** What the dead-letter topic holds, compared with what lies where each says that it lay. */
export function deadLetterRecords(
  letters: readonly TailRecord[],
  originals: readonly TailRecord[],
): DeadLetterRecord[] {
  const byPlace = new Map(originals.map((record) => [`${record.partition}/${record.offset}`, record]));
  return letters.map(({ partition, offset, timestamp, key, value, headers }) => {
    const said = (name: keyof typeof DEAD_LETTER_HEADERS) =>
      headerText(headers, DEAD_LETTER_HEADERS[name]) ?? '';
    const original = {
      topic: said('topic'),
      partition: Number(said('partition')),
      offset: Number(said('offset')),
    };
    const source = byPlace.get(`${original.partition}/${original.offset}`);
    return {
      partition,
      offset,
      timestamp,
      code: said('code'),
      original,
      equal: {
        key: source !== undefined && isDeepStrictEqual(key, source.key),
        value: source !== undefined && isDeepStrictEqual(value, source.value),
        headers: source !== undefined && sameHeaders(headers, source.headers),
      },
    };
  });
}

const sameHeaders = (a: RecordHeaders, b: RecordHeaders): boolean =>
  isDeepStrictEqual(originalHeaders(a), originalHeaders(b));

/** Every status topic with all that lies on it. */
export async function dumpStatuses(kafka: KafkaClient): Promise<ReadonlyMap<string, readonly TailRecord[]>> {
  const names = await withAdmin(kafka, (admin) => admin.listTopics());
  const owned = names.flatMap((name) => {
    const owner = tenantOfStatusTopic(name);
    return owner === undefined ? [] : [{ owner, name }];
  });
  const dumps = new Map<string, readonly TailRecord[]>();
  for (const { owner, name } of owned) dumps.set(owner, await dump(kafka, name));
  return dumps;
}

export function statusRecords(dumps: ReadonlyMap<string, readonly TailRecord[]>): StatusRecord[] {
  const codec = createStatusCodec();
  return [...dumps].flatMap(([owner, records]) =>
    records.map(({ offset, timestamp, value, headers }) => {
      const status = codec.decode(value, headers);
      if (status instanceof Promise) throw new Error('no schema registry is configured');
      return { owner, offset, timestamp, status };
    }),
  );
}

export const REQUEST_TOPIC = topics().requests;
