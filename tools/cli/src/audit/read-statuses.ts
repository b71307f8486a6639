import { type StatusRecord } from '@vecino/audit';
import { createStatusCodec, type StatusCodec, tenantOfStatusTopic } from '@vecino/contracts';
import { type EpochMs, VecinoError } from '@vecino/foundation';
import { type TailRecord, withAdmin } from '@vecino/messaging';
import { kafkaOf, type PlatformEnvironment, schemasOf } from '../platform-access.js';
import { scanIfThere } from '../scan-if-there.js';
import { type Wanted } from './read-topics.js';

/** A record of a status topic that nobody can read. */
export interface UnreadableStatus {
  /** The tenant whose topic it is. */
  readonly owner: string;
  readonly topic: string;
  /** Of the topic's one partition. */
  readonly offset: number;
  /** Its key: the id of its deployment where Vecino wrote it; empty where it has none. */
  readonly deploymentId: string;
  /** What is wrong with it. */
  readonly text: string;
}

export interface ReadStatuses {
  readonly statuses: readonly StatusRecord[];
  readonly unreadable: readonly UnreadableStatus[];
}

/** What lies on the status topics since then, those of tenants that were removed included. */
export async function readStatuses(
  env: PlatformEnvironment,
  wanted: Wanted,
  from: EpochMs,
): Promise<ReadStatuses> {
  const prefix = env['VECINO_TOPIC_PREFIX'];
  const codec = createStatusCodec(schemasOf(env));
  const names = await withAdmin(kafkaOf(env), (admin) => admin.listTopics());
  const statuses: StatusRecord[] = [];
  const unreadable: UnreadableStatus[] = [];
  for (const topic of names) {
    const owner = tenantOfStatusTopic(topic, prefix);
    if (owner === undefined || !wanted(owner)) continue;
    for await (const record of scanIfThere(env, { topic, from })) {
      const read = await readStatus(codec, owner, record);
      if ('status' in read) statuses.push(read);
      else unreadable.push(read);
    }
  }
  return { statuses, unreadable };
}

/** Rejects where nobody can say what the record holds, as while the schema registry is away. */
export async function readStatus(
  codec: Pick<StatusCodec, 'decode'>,
  owner: string,
  { topic, offset, timestamp, key, value, headers }: TailRecord,
): Promise<StatusRecord | UnreadableStatus> {
  try {
    return { owner, offset, timestamp, status: await codec.decode(value, headers) };
  } catch (error) {
    if (!(error instanceof VecinoError) || error.code !== 'STATUS_UNREADABLE') throw error;
    return { owner, topic, offset, deploymentId: key?.toString() ?? '', text: error.message };
  }
}
